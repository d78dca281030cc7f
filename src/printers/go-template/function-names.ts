/** The functions that kubectl's templates may call. */
export const functionNames: ReadonlySet<string> = new Set(
  "and or not eq ne lt le gt ge len index slice print printf println html js urlquery call exists base64decode".split(
    " ",
  ),
);
