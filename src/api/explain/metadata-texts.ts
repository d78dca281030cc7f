import type { TypeTexts } from "./texts.js";

/** What every object has, and the plain objects that hold data. */
export const metadataTexts: Readonly<Record<string, TypeTexts>> = {
  ObjectMeta: {
    about: "ObjectMeta is what every object that is kept has, whatever its kind.",
    fields: {
      annotations: "Notes for tools and people, as keys and values. They cannot be selected by.",
      creationTimestamp: "When the server made the object. Read-only.",
      deletionGracePeriodSeconds: "How many seconds the object has before it is removed. Set when it is being deleted.",
      deletionTimestamp: "When the object is to be gone. Once it is set, the object cannot be kept any more.",
      finalizers: "Who has work to do before the object may go. It is removed when the list is empty.",
      generateName: "The beginning of a name; the server adds five characters. Used only where there is no name.",
      generation: "A number that rises with every change of the spec. Read-only.",
      labels: "Keys and values that objects are found and grouped by.",
      managedFields: "Which manager set which fields. Kept by the server, for apply on the server's side.",
      name: "The name, unique among the objects of its kind in the namespace. It cannot be changed.",
      namespace: "The namespace that the object is in. It cannot be changed; left out, it is that of the request.",
      ownerReferences: "The objects that this one depends on. When all of them are gone it is removed too.",
      resourceVersion:
        "The revision of the store at which the object last changed. Sent along with a write, it makes the write fail if somebody else was faster.",
      selfLink: "Not filled in any more.",
      uid: "Tells this object from every other one that ever had its name. Read-only.",
    },
  },
  OwnerReference: {
    about: "OwnerReference names an object, in the same namespace, that another one depends on.",
    fields: {
      apiVersion: "The API version of the owner.",
      blockOwnerDeletion: "True: when the owner is deleted in the foreground it waits until this object is gone.",
      controller: "True: the owner is the controller of this object. There is at most one.",
      kind: "The kind of the owner.",
      name: "The name of the owner.",
      uid: "The UID of the owner: one that was made again under its name is another.",
    },
  },
  ManagedFieldsEntry: {
    about: "ManagedFieldsEntry is the set of fields that one manager has set.",
    fields: {
      apiVersion: "The version of the object that the fields are of.",
      fieldsType: "How fieldsV1 is written; always FieldsV1.",
      fieldsV1: "The fields, as a tree of their names.",
      manager: "The name of the manager: the program that wrote.",
      operation: "Apply, or Update for all other writes.",
      subresource: "The subresource that was written through; empty for the object itself.",
      time: "When the manager last changed the set.",
    },
  },
  LabelSelector: {
    about: "LabelSelector chooses objects by their labels. Everything in it has to hold; an empty one chooses all.",
    fields: {
      matchExpressions: "Requirements of labels, with operators.",
      matchLabels: "Labels that have to be there with exactly these values.",
    },
  },
  LabelSelectorRequirement: {
    about: "LabelSelectorRequirement is one requirement of a label.",
    fields: {
      key: "The label that is looked at.",
      operator: "In, NotIn, Exists or DoesNotExist.",
      values: "The values for In and NotIn; empty for the others.",
    },
  },
  ConfigMap: {
    about: "A ConfigMap holds settings for Pods: as variables, or as files.",
    fields: {
      binaryData: "Values that are no text, in base64. No key may be in data as well.",
      data: "Values that are text, by key. A key is a name of a file: letters, digits, -, _ and dots.",
      immutable: "True: the data can never be changed again.",
    },
  },
  Secret: {
    about: "A Secret holds a little confidential data: passwords, tokens, keys.",
    fields: {
      data: "The values, in base64, by key.",
      immutable: "True: the data can never be changed again.",
      stringData: "Values as plain text. Written into data by the server, over what is there, and never shown again.",
      type: "What the data is for: Opaque, kubernetes.io/tls, kubernetes.io/dockerconfigjson.",
    },
  },
  Namespace: {
    about: "A Namespace is a room for names: objects of one kind have different names in it.",
    fields: { spec: "How the Namespace behaves.", status: "Whether it is active or being deleted." },
  },
};
