/** Root filesystems of the simulated images. */

import type { DirectoryNode } from "../container/file-tree.js";
import { type ImageEntry, imageTree } from "../container/image.js";

const passwd = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

const group = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
wheel:x:10:root
mail:x:8:
www-data:x:33:
users:x:100:
nobody:x:65534:
`;

const directories: readonly (readonly [path: string, mode: number])[] = [
  ["/bin", 0o755],
  ["/dev", 0o755],
  ["/etc", 0o755],
  ["/home", 0o755],
  ["/mnt", 0o755],
  ["/opt", 0o755],
  ["/proc", 0o555],
  ["/root", 0o700],
  ["/sys", 0o555],
  ["/tmp", 0o1777],
  ["/usr/bin", 0o755],
  ["/usr/sbin", 0o755],
  ["/usr/local/bin", 0o755],
  ["/var/spool/mail", 0o755],
  ["/var/tmp", 0o1777],
  ["/var/www", 0o755],
];

/** Makes, when first asked, the tree of an image with these programs in /bin, and returns the same one from then on. */
export function rootFiles(
  programs: () => readonly string[],
  more: Readonly<Record<string, ImageEntry>> = {},
): () => DirectoryNode {
  let tree: DirectoryNode | null = null;
  return () => {
    if (tree) return tree;
    const files: Record<string, ImageEntry> = {
      "/etc/passwd": { content: passwd },
      "/etc/group": { content: group },
      "/usr/bin/env": { program: "env" },
    };
    for (const [path, mode] of directories) files[path] = { directory: true, mode };
    for (const name of programs()) files[`/bin/${name}`] = { program: name };
    tree = imageTree({ ...files, ...more });
    return tree;
  };
}
