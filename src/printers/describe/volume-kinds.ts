/** A volume source as JSON; which fields it has depends on its kind. */
interface SourceFields {
  readonly [field: string]: unknown;
}

export interface OtherSources {
  readonly [kind: string]: SourceFields | undefined;
}

interface SourceKind {
  readonly field: string;
  readonly type: string;
  /** A line's title, and its value. */
  readonly lines: readonly (readonly [string, (source: SourceFields) => string])[];
}

const text = (field: string) => (source: SourceFields) => formatValue(source[field] ?? "");
const flag = (field: string) => (source: SourceFields) => String(source[field] ?? false);
const number = (field: string) => (source: SourceFields) => String(source[field] ?? 0);
const list = (field: string) => (source: SourceFields) => formatValue(source[field] ?? []);
const orNone = (field: string) => (source: SourceFields) => String(source[field] ?? "<none>");

/** Go prints a reference as the pointer to a struct. */
const secretRef = (source: SourceFields) => {
  const reference = source.secretRef as { readonly name?: string; readonly namespace?: string } | undefined;
  if (reference === undefined) {
    return "nil";
  }
  return reference.namespace === undefined
    ? `&LocalObjectReference{Name:${reference.name ?? ""},}`
    : `&SecretReference{Name:${reference.name ?? ""},Namespace:${reference.namespace},}`;
};

function formatValue(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(formatValue).join(" ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, each]) => `${key}:${formatValue(each)}`).join(" ")}]`;
  }
  return String(value);
}

const fsType = ["FSType:", text("fsType")] as const;
const readOnly = ["ReadOnly:", flag("readOnly")] as const;

/**
 * Volumes of storage systems, of which nothing is known but their fields.
 * @see kubectl pkg/describe/describe.go, describeVolumes and the functions it calls
 */
export const otherSourceKinds: readonly SourceKind[] = [
  {
    field: "gcePersistentDisk",
    type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    lines: [["PDName:", text("pdName")], fsType, ["Partition:", number("partition")], readOnly],
  },
  {
    field: "awsElasticBlockStore",
    type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    lines: [["VolumeID:", text("volumeID")], fsType, ["Partition:", number("partition")], readOnly],
  },
  {
    field: "gitRepo",
    type: "GitRepo (a volume that is pulled from git when the pod is created)",
    lines: [
      ["Repository:", text("repository")],
      ["Revision:", text("revision")],
    ],
  },
  {
    field: "nfs",
    type: "NFS (an NFS mount that lasts the lifetime of a pod)",
    lines: [["Server:", text("server")], ["Path:", text("path")], readOnly],
  },
  {
    field: "iscsi",
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    lines: [
      ["TargetPortal:", text("targetPortal")],
      ["IQN:", text("iqn")],
      ["Lun:", number("lun")],
      ["ISCSIInterface", text("iscsiInterface")],
      fsType,
      readOnly,
      ["Portals:", list("portals")],
      ["DiscoveryCHAPAuth:", flag("chapAuthDiscovery")],
      ["SessionCHAPAuth:", flag("chapAuthSession")],
      ["SecretRef:", secretRef],
      ["InitiatorName:", orNone("initiatorName")],
    ],
  },
  {
    field: "glusterfs",
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    lines: [["EndpointsName:", text("endpoints")], ["Path:", text("path")], readOnly],
  },
  {
    field: "rbd",
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    lines: [
      ["CephMonitors:", list("monitors")],
      ["RBDImage:", text("image")],
      fsType,
      ["RBDPool:", text("pool")],
      ["RadosUser:", text("user")],
      ["Keyring:", text("keyring")],
      ["SecretRef:", secretRef],
      readOnly,
    ],
  },
  {
    field: "quobyte",
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    lines: [["Registry:", text("registry")], ["Volume:", text("volume")], readOnly],
  },
  {
    field: "azureDisk",
    type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    lines: [
      ["DiskName:", text("diskName")],
      ["DiskURI:", text("diskURI")],
      ["Kind: ", text("kind")],
      fsType,
      ["CachingMode:", text("cachingMode")],
      readOnly,
    ],
  },
  {
    field: "vsphereVolume",
    type: "vSphereVolume (a Persistent Disk resource in vSphere)",
    lines: [["VolumePath:", text("volumePath")], fsType, ["StoragePolicyName:", text("storagePolicyName")]],
  },
  {
    field: "cinder",
    type: "Cinder (a Persistent Disk resource in OpenStack)",
    lines: [["VolumeID:", text("volumeID")], fsType, readOnly, ["SecretRef:", secretRef]],
  },
  {
    field: "photonPersistentDisk",
    type: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
    lines: [["PdID:", text("pdID")], fsType],
  },
  {
    field: "portworxVolume",
    type: "PortworxVolume (a Portworx Volume resource)",
    lines: [["VolumeID:", text("volumeID")]],
  },
  {
    field: "scaleIO",
    type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    lines: [
      ["Gateway:", text("gateway")],
      ["System:", text("system")],
      ["Protection Domain:", text("protectionDomain")],
      ["Storage Pool:", text("storagePool")],
      ["Storage Mode:", text("storageMode")],
      ["VolumeName:", text("volumeName")],
      fsType,
      readOnly,
    ],
  },
  {
    field: "local",
    type: "LocalVolume (a persistent volume backed by local storage on a node)",
    lines: [["Path:", text("path")]],
  },
  {
    field: "cephfs",
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    lines: [
      ["Monitors:", list("monitors")],
      ["Path:", text("path")],
      ["User:", text("user")],
      ["SecretFile:", text("secretFile")],
      ["SecretRef:", secretRef],
      readOnly,
    ],
  },
  {
    field: "storageos",
    type: "StorageOS (a StorageOS Persistent Disk resource)",
    lines: [["VolumeName:", text("volumeName")], ["VolumeNamespace:", text("volumeNamespace")], fsType, readOnly],
  },
  {
    field: "fc",
    type: "FC (a Fibre Channel disk)",
    lines: [
      ["TargetWWNs:", (source) => ((source.targetWWNs as readonly string[] | undefined) ?? []).join(", ")],
      ["LUN:", orNone("lun")],
      fsType,
      readOnly,
    ],
  },
  {
    field: "azureFile",
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    lines: [["SecretName:", text("secretName")], ["ShareName:", text("shareName")], readOnly],
  },
  {
    field: "flexVolume",
    type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    lines: [
      ["Driver:", text("driver")],
      fsType,
      ["SecretRef:", secretRef],
      readOnly,
      ["Options:", (source) => formatValue(source.options ?? {})],
    ],
  },
  {
    field: "flocker",
    type: "Flocker (a Flocker volume mounted by the Flocker agent)",
    lines: [
      ["DatasetName:", text("datasetName")],
      ["DatasetUUID:", text("datasetUUID")],
    ],
  },
  {
    field: "csi",
    type: "CSI (a Container Storage Interface (CSI) volume source)",
    lines: [["Driver:", text("driver")], fsType, readOnly],
  },
  {
    field: "image",
    type: "Image (a container image or OCI artifact)",
    lines: [
      ["Reference:", text("reference")],
      ["PullPolicy:", text("pullPolicy")],
    ],
  },
];
