import type { TypeTexts } from "./texts.js";

/** Volumes and what fills them. */
export const volumeTexts: Readonly<Record<string, TypeTexts>> = {
  Volume: {
    about: "Volume is a folder that the containers of a Pod can mount.",
    fields: {
      configMap: "Files from the values of a ConfigMap.",
      downwardAPI: "Files from fields of the Pod itself.",
      emptyDir: "An empty folder that lives as long as the Pod.",
      ephemeral: "A claim that is made for the Pod and goes with it.",
      hostPath: "A file or folder of the node.",
      image: "The files of an image, to be read.",
      name: "The name that volumeMounts refer to. Unique in the Pod.",
      nfs: "A folder of a file server.",
      persistentVolumeClaim: "The volume that a claim in the same namespace is bound to.",
      projected: "Files from several sources in one folder.",
      secret: "Files from the values of a Secret.",
    },
  },
  ConfigMapVolumeSource: {
    about: "ConfigMapVolumeSource makes the values of a ConfigMap files of a volume.",
    fields: {
      defaultMode: "The permissions of the files. Defaults to 0644.",
      items: "Which keys become files, and under which paths. Left out, all of them, each under its name.",
      name: "The name of the ConfigMap.",
      optional: "True: the ConfigMap or its keys may be missing.",
    },
  },
  SecretVolumeSource: {
    about: "SecretVolumeSource makes the values of a Secret files of a volume.",
    fields: {
      defaultMode: "The permissions of the files. Defaults to 0644.",
      items: "Which keys become files, and under which paths. Left out, all of them, each under its name.",
      optional: "True: the Secret or its keys may be missing.",
      secretName: "The name of the Secret.",
    },
  },
  EmptyDirVolumeSource: {
    about: "EmptyDirVolumeSource is a folder that is empty when the Pod starts and gone when it has gone.",
    fields: {
      medium: "Where it is kept: the disk of the node, or Memory.",
      sizeLimit: "How much may be in it; a Pod that puts in more is evicted.",
    },
  },
  HostPathVolumeSource: {
    about: "HostPathVolumeSource is a file or folder of the node that the Pod runs on.",
    fields: {
      path: "The path on the node.",
      type: "What has to be there, or may be made: Directory, DirectoryOrCreate, File, FileOrCreate and others.",
    },
  },
  PersistentVolumeClaimVolumeSource: {
    about: "PersistentVolumeClaimVolumeSource is the volume behind a claim.",
    fields: { claimName: "The name of the claim.", readOnly: "True: the volume is mounted to be read only." },
  },
  KeyToPath: {
    about: "KeyToPath makes the value of a key a file.",
    fields: {
      key: "The key.",
      mode: "The permissions of the file.",
      path: "Where in the volume; relative and without two dots.",
    },
  },
  VolumeMount: {
    about: "VolumeMount is where a container finds a volume.",
    fields: {
      mountPath: "The path in the container. Must not have a colon.",
      mountPropagation: "Whether mounts made later are seen on the other side.",
      name: "The name of the volume.",
      readOnly: "True: the container cannot write there.",
      recursiveReadOnly: "Whether what is mounted below is read-only as well.",
      subPath: "A path in the volume to mount instead of all of it.",
      subPathExpr: "The same, with $(NAME) replaced by variables of the container.",
    },
  },
};
