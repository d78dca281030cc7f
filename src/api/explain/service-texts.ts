import type { TypeTexts } from "./texts.js";

/** Services: how Pods of a Job find each other. */
export const serviceTexts: Readonly<Record<string, TypeTexts>> = {
  Service: {
    about: "A Service is a name, and mostly an address, behind which a set of Pods stands.",
    fields: {
      spec: "Which Pods, by which ports, and under what kind of address.",
      status: "Which address a load balancer has given.",
    },
  },
  ServiceSpec: {
    about: "ServiceSpec says what a Service stands for.",
    fields: {
      clusterIP:
        "The address in the cluster; chosen by the server where it is left out. None makes the Service headless: its name then resolves to the Pods themselves.",
      clusterIPs: "The addresses, one for each IP family.",
      externalIPs: "Addresses outside the cluster at which nodes accept traffic for the Service.",
      externalName: "The name that an ExternalName Service stands for.",
      externalTrafficPolicy:
        "Cluster passes traffic from outside on to any node, Local keeps it on the node it came to.",
      internalTrafficPolicy: "Cluster passes traffic from inside on to any node, Local keeps it on its node.",
      ipFamilies: "IPv4, IPv6 or both.",
      ipFamilyPolicy: "SingleStack, PreferDualStack or RequireDualStack.",
      ports: "The ports under which the Service is reached.",
      publishNotReadyAddresses: "True: Pods that are not ready are found as well.",
      selector: "The labels of the Pods that stand behind the Service.",
      sessionAffinity: "ClientIP sends a client to the same Pod each time; None, the default, to any.",
      type: "ClusterIP (the default), NodePort, LoadBalancer or ExternalName.",
    },
  },
  ServicePort: {
    about: "ServicePort is one port of a Service.",
    fields: {
      appProtocol: "What is spoken at this port, as a hint.",
      name: "A name; needed where there is more than one port.",
      nodePort: "The port of every node, for the types NodePort and LoadBalancer.",
      port: "The port of the Service.",
      protocol: "TCP (the default), UDP or SCTP.",
      targetPort: "The port of the Pods, by number or by name. Defaults to port.",
    },
  },
};
