"""Values to render the chart with: those that must work, and those that its schema must
refuse."""

PEER = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
NETWORK = {"ipBlock": {"cidr": "192.0.2.0/24", "except": ["192.0.2.128/25"]}}

ACCEPTED = {
    "default": {},
    "monitored": {
        "metrics": {"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
                    "prometheusRule": {"enabled": True}},
        "network": {"prometheus": [PEER], "issuer": [NETWORK], "tools": [NETWORK]},
        "podAnnotations": {"example.org/team": "analytics"},
    },
    "scaled": {
        "image": {"digest": "sha256:" + "0" * 64, "pullSecrets": [{"name": "registry"}]},
        "gateway": {
            "autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 9},
            "service": {"type": "LoadBalancer", "annotations": {"example.org/zone": "a"}},
            "ingress": {"enabled": True, "host": "safehaven.example.org", "tlsSecret": "web-tls",
                        "className": "edge", "annotations": {"example.org/backend": "https"}},
            "extraArgs": ["--worker-threads=64"],
            "oidc": {"clientSecret": {"existingSecret": "issuer-client"},
                     "authorities": {"existingSecret": "issuer-ca"}},
        },
        "network": {"web": [PEER]},
        "consent": {"replicas": 1, "storage": {"size": "5Gi", "storageClass": "fast"},
                    "logKey": {"nextKey": "next.key", "earlierPublicKeys": ["first.pub"], "reason": "COMPROMISED"},
                    "logPublicKey": {"moreKeys": ["next.pub"]}},
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
        "priorityClassName": "system-cluster-critical",
    },
    "bare": {
        "network": {"enabled": False},
        "test": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
        "serviceAccount": {"create": False},
        "gateway": {"replicas": 2},
    },
    "within a parent chart": {"enabled": True, "global": {"anything": 1}, "nameOverride": "haven"},
    "with own objects": {
        "fullnameOverride": "haven",
        "extraObjects": [
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "extra-object"}},
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: '{{ .Release.Name }}-extra-text'}",
        ],
    },
}

# What is wrong -> (values, a word of helm's complaint).
REFUSED = {
    "an unknown value": ({"gatway": {}}, "gatway"),
    "an unknown value deep down": ({"gateway": {"oidc": {"clientID": "x"}}}, "clientID"),
    "a second process on an embedded store": ({"consent": {"replicas": 2}}, "replicas"),
    "a secret in the values": ({"consent": {"logKey": {"value": "abc"}}}, "value"),
    "a reason that no log key changes for": ({"costing": {"logKey": {"reason": "BORED"}}}, "reason"),
    "no name of a secret": ({"consent": {"tls": {"existingSecret": ""}}}, "existingSecret"),
    "a size that is no quantity": ({"costing": {"storage": {"size": "100 GB"}}}, "size"),
    "a digest that is none": ({"image": {"digest": "latest"}}, "digest"),
    "an issuer without TLS": ({"gateway": {"oidc": {"issuer": "http://identity.example.org"}}}, "issuer"),
    "a public address without TLS": ({"gateway": {"publicUrl": "http://a.example.org"}}, "publicUrl"),
    "a demo issuer": ({"gateway": {"oidc": {"issuer": "https://demo.safehaven.invalid"}}}, "issuer"),
    "a demo trust domain": ({"trustDomain": "demo.safehaven.invalid"}, "trustDomain"),
    "an ingress without a host": (
        {"gateway": {"ingress": {"enabled": True, "tlsSecret": "x"}}, "network": {"web": [PEER]}}, "host"),
    "an ingress that is not let in": (
        {"gateway": {"ingress": {"enabled": True, "host": "a.example.org", "tlsSecret": "x"}}}, "web"),
    "a scrape that is not let in": ({"metrics": {"serviceMonitor": {"enabled": True}}}, "prometheus"),
    "autoscaling without a request": (
        {"gateway": {"autoscaling": {"enabled": True}, "resources": {"requests": {"cpu": None}}}}, "cpu"),
    "fewer replicas at most than at least": (
        {"gateway": {"autoscaling": {"enabled": True, "minReplicas": 5, "maxReplicas": 2}}}, "maxReplicas"),
    "a peer that is everybody": ({"network": {"web": [{}]}}, "web"),
    "a peer that mixes addresses and pods": ({"network": {"tools": [{**PEER, **NETWORK}]}}, "tools"),
    "no time to drain": ({"terminationGraceSeconds": 10}, "terminationGraceSeconds"),
    "a flag that is none": ({"consent": {"extraArgs": ["profile=demo"]}}, "extraArgs"),
    "a number for a text": ({"image": {"tag": 1.0}}, "tag"),
}
