import type { Image } from "./image.js";
import type { Json } from "./journal.js";
import type { Echo } from "./program.js";
import type { VolumeFiles } from "./volume.js";

/** What a container is started with. Texts are ordinary strings; they are encoded as UTF-8 on their way in. */
export interface ContainerSpec {
  readonly image: Image;
  /** In place of the image's entrypoint, and of its cmd as well. */
  readonly command?: readonly string[];
  /** In place of the image's cmd. */
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly workingDir?: string;
  readonly hostname: string;
  /** The host name with its domain; the host name alone where it has none. */
  readonly fqdn: string;
  readonly ip: string;
  /** In place of the image's user. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Whether standard input is open, for `attach`. */
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly mounts?: readonly ContainerMount[];
  /** Files of the node's making: /etc/hosts, /etc/hostname, /etc/resolv.conf. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
  readonly readOnlyRoot?: boolean;
  /** What its processes may hold together, in bytes; absent: what the node has. */
  readonly memoryBytesMax?: number;
  /** /dev/termination-log where absent. */
  readonly terminationMessagePath?: string;
  /** Of what programs draw from: /dev/urandom, $RANDOM. */
  readonly seed: number;
}

export interface ContainerMount {
  readonly path: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  /** What {@link ContainerHost.volume} knows the volume by. */
  readonly volume: string;
}

/**
 * The world around a container: its node's volumes, its log, the network. Answers are written into the container's
 * journal, so they are plain values; a replayed container does not ask again, and writes no output again.
 */
export interface ContainerHost {
  volume(id: string): VolumeFiles;
  /** What the processes of the container (not those of an exec) write, as text. */
  output(stream: "stdout" | "stderr", text: string): void;
  /** Addresses of a host name (A records), or null where there is no such name. */
  resolve(name: string): readonly string[] | null;
  resolveService(name: string): readonly { readonly target: string; readonly port: number }[] | null;
  reverse(ip: string): string | null;
  /** Null where nobody answers. */
  ping(ip: string): Echo | null;
  /** The answer of what listens there; throws SystemError (ECONNREFUSED, EHOSTUNREACH) where nothing does. */
  request(ip: string, port: number, message: Json): Json;
}
