import { applet, reasonOf } from "../applet.js";

export const tee = applet("tee [-ai] [FILE]...", function* (self) {
  const options = self.options("ai");
  if (options.has("i")) self.process.onSignal(2, "ignore");
  const append = options.has("a");
  const targets = [1];
  let status = 0;
  for (const path of options.operands) {
    try {
      targets.push(
        path === "-" ? 1 : self.process.open(path, { write: true, create: true, append, truncate: !append }),
      );
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  for (;;) {
    const data = yield* self.process.read(0, 65_536);
    if (data === "") return status;
    for (const fd of targets) yield* self.process.write(fd, data);
    yield* self.work();
  }
});
