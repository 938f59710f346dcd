"""What rendered manifests must keep, beyond being YAML: strict fields (manifest_fields.yaml),
references that meet, and the chart's own promises (who a pod runs as, what it may
reach, what outlives a release). Pure: documents in, findings out."""
import os
import re

import jsonschema
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
LABEL_VALUE = re.compile(r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")
UNITS = {"": 1, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
         "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
PROGRAMS = ("consent", "linkage", "costing", "gateway")


class ClusterLoader(yaml.SafeLoader):
    """Reads as a cluster does, and refuses what only looks like a text: a key given
    twice, and y, n, on, off without quotes, which a cluster takes for booleans."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node):
        if node.style is None and node.value.lower() in ("y", "n", "yes", "no", "on", "off"):
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value} without quotes is a boolean to a cluster", node.start_mark)
        return super().construct_scalar(node)


def read(text):
    """The documents. ValueError if it is no such YAML, or if there are none."""
    try:
        documents = [document for document in yaml.load_all(text, Loader=ClusterLoader) if document]
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    if not documents:
        raise ValueError("nothing was rendered")
    return documents


def quantity(text):
    number, unit = re.match(r"^([0-9.]+)([A-Za-z]*)$", str(text)).groups()
    return float(number) * UNITS[unit]


def pod_of(document):
    """(labels, spec) of the pod that the document makes; None if it makes none."""
    if document["kind"] == "Pod":
        return document["metadata"].get("labels", {}), document["spec"]
    template = document.get("spec", {}).get("template")
    return (template["metadata"]["labels"], template["spec"]) if template else None


def matches(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


def name_of(document):
    return f"{document['kind']}/{document['metadata']['name']}"


with open(os.path.join(HERE, "manifest_fields.yaml"), encoding="utf-8") as _file:
    FIELDS = yaml.safe_load(_file)


def check_fields(document):
    kind = f"{document.get('apiVersion')}/{document.get('kind')}"
    if kind not in FIELDS["kinds"]:
        yield f"{kind}: not a kind that the chart may make"
        return
    schema = {"definitions": FIELDS["definitions"], **FIELDS["kinds"][kind]}
    for error in jsonschema.Draft7Validator(schema).iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message[:200]}"


def check_metadata(document):
    if not NAME.match(document["metadata"]["name"]):
        yield "its name is no name"
    for key, value in document["metadata"].get("labels", {}).items():
        if not LABEL_VALUE.match(value):
            yield f"label {key}: bad value {value!r}"


def check_pod_security(spec):
    """Pod Security Standards, restricted; and a root file system that nobody writes to."""
    wanted = {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001,
              "seccompProfile": {"type": "RuntimeDefault"}, "fsGroupChangePolicy": "OnRootMismatch"}
    security = spec.get("securityContext", {})
    for key, value in wanted.items():
        if security.get(key) != value:
            yield f"securityContext.{key} is not {value}"
    if spec.get("automountServiceAccountToken") is not False:
        yield "it gets a token of the API server"
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(key):
            yield f"{key} is on"
    for volume in spec.get("volumes", []):
        if set(volume) - {"name", "secret", "emptyDir", "configMap", "projected"}:
            yield f"volume {volume['name']} is of a kind that is not permitted"
    for container in spec["containers"]:
        context = container.get("securityContext", {})
        if (context.get("allowPrivilegeEscalation") is not False
                or context.get("readOnlyRootFilesystem") is not True
                or context.get("capabilities") != {"drop": ["ALL"]} or context.get("privileged")):
            yield f"container {container['name']} is not restricted"


def check_pod_references(spec, claims):
    volumes = [volume["name"] for volume in spec.get("volumes", [])] + claims
    if len(set(volumes)) != len(volumes):
        yield "two volumes have one name"
    for container in spec["containers"]:
        ports = {port["containerPort"] for port in container.get("ports", [])}
        if len({port["name"] for port in container.get("ports", [])}) != len(container.get("ports", [])):
            yield "two ports have one name or number"
        mounts = [mount["mountPath"] for mount in container.get("volumeMounts", [])]
        if len(set(mounts)) != len(mounts):
            yield "two volumes are mounted in one place"
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"mount {mount['name']}: no such volume"
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            if probe in container and container[probe]["grpc"]["port"] not in ports:
                yield f"{probe}: no such port"
        resources = container.get("resources", {})
        if "memory" not in resources.get("limits", {}):
            yield "memory has no limit"
        for what, wanted in resources.get("requests", {}).items():
            limit = resources.get("limits", {}).get(what)
            if limit is not None and quantity(wanted) > quantity(limit):
                yield f"requests more {what} than its limit"


def check_workload(document):
    labels, spec = pod_of(document)
    if not matches(document["spec"]["selector"]["matchLabels"], labels):
        yield "its selector does not find its own pods"
    probes = {probe for probe in ("startupProbe", "readinessProbe", "livenessProbe")
              if probe in spec["containers"][0]}
    if len(probes) != 3:
        yield "it is not probed for start-up, readiness and liveness"
    elif spec["containers"][0]["livenessProbe"]["grpc"]["service"] != "liveness":
        yield "its liveness probe asks for something else"
    if document["kind"] == "StatefulSet":
        yield from check_stateful(document["spec"])


def check_stateful(spec):
    if spec["replicas"] != 1:
        yield "an embedded store has one process"
    if spec.get("persistentVolumeClaimRetentionPolicy") != {"whenDeleted": "Retain", "whenScaled": "Retain"}:
        yield "its claims do not outlive it"
    for claim in spec["volumeClaimTemplates"]:
        if claim["spec"]["accessModes"] != ["ReadWriteOncePod"]:
            yield "another pod could open its volume"
        versions = [key for key in claim["metadata"].get("labels", {}) if "chart" in key or "version" in key]
        if versions:
            yield f"claims cannot change, so every upgrade would fail: {versions}"


def check_policy(document):
    spec = document["spec"]
    if sorted(spec["policyTypes"]) != ["Egress", "Ingress"]:
        yield "it does not close both directions"
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if direction not in spec:
            yield f"it says nothing of {direction}"
        for rule in spec.get(direction, []):
            if not rule.get(peers) or not rule.get("ports"):
                yield f"{direction}: a rule for everybody or for all ports"


def check_one(document):
    """Findings about a document by itself."""
    fields = list(check_fields(document))
    if fields:
        yield from fields
        return
    yield from check_metadata(document)
    pod = pod_of(document)
    if pod is not None:
        claims = [claim["metadata"]["name"] for claim in document["spec"].get("volumeClaimTemplates", [])]
        yield from check_pod_security(pod[1])
        yield from check_pod_references(pod[1], claims)
        if document["kind"] != "Pod":
            yield from check_workload(document)
    if document["kind"] == "NetworkPolicy":
        yield from check_policy(document)


def check_services(documents, pods):
    for document in documents:
        if document["kind"] != "Service":
            continue
        found = [spec for labels, spec in pods if matches(document["spec"]["selector"], labels)]
        if not found:
            yield f"{name_of(document)}: selects no pod"
        for spec in found:
            names = {port["name"] for container in spec["containers"] for port in container.get("ports", [])}
            for port in document["spec"]["ports"]:
                if port["targetPort"] not in names:
                    yield f"{name_of(document)}: its pods have no port {port['targetPort']}"


def allows(rule, peers, labels, port):
    """Does a policy's rule let traffic with pods of `labels` pass on `port`?"""
    ports = {entry["port"] for entry in rule["ports"]}
    return port in ports and any(
        matches(peer.get("podSelector", {}).get("matchLabels", {"": None}), labels) for peer in rule[peers])


def addresses(documents, spec):
    """(callee, host, port) of every peer that a pod is told of: by its command line, or by
    the command line's context in a ConfigMap that it mounts."""
    texts = list(spec["containers"][0]["args"])
    mounted = {volume["configMap"]["name"] for volume in spec.get("volumes", [])
               if volume["name"] == "context"}
    for document in documents:
        if document["kind"] == "ConfigMap" and document["metadata"]["name"] in mounted:
            mounted.remove(document["metadata"]["name"])
            texts += [f"--{key}={value}" for text in document["data"].values()
                      for key, value in yaml.safe_load(text).items()]
    for name in mounted:
        yield f"ConfigMap {name}", "nowhere", 0
    for text in texts:
        found = re.match(rf"^--({'|'.join(PROGRAMS)})=([^.]+)\.[^:]*:(\d+)$", text)
        if found:
            yield found.group(1), found.group(2), int(found.group(3))


def check_calls(documents, pods):
    """Every address that a pod is told is a service of the release, and where there are
    policies they let the call out at the caller and in at the callee."""
    services = {document["metadata"]["name"]: document for document in documents if document["kind"] == "Service"}
    policies = [document["spec"] for document in documents if document["kind"] == "NetworkPolicy"]
    for labels, spec in pods:
        caller = labels["app.kubernetes.io/component"]
        if policies and sum(matches(policy["podSelector"]["matchLabels"], labels) for policy in policies) != 1:
            yield f"{caller}: not exactly one policy closes it"
            continue
        for callee, host, port in addresses(documents, spec):
            service = services.get(host)
            if service is None or port not in {entry["port"] for entry in service["spec"]["ports"]}:
                yield f"{caller}: {host}:{port} of {callee} is not in the release"
                continue
            callee_labels = service["spec"]["selector"]
            if callee_labels["app.kubernetes.io/component"] != callee:
                yield f"{caller}: {host} is not {callee}"
            for policy in policies:
                if matches(policy["podSelector"]["matchLabels"], labels):
                    if not any(allows(rule, "to", callee_labels, port) for rule in policy["egress"]):
                        yield f"{caller}: its policy stops its calls to {callee}"
                if matches(policy["podSelector"]["matchLabels"], callee_labels):
                    if not any(allows(rule, "from", labels, port) for rule in policy["ingress"]):
                        yield f"{callee}: its policy stops calls by {caller}"


def check(documents):
    """All findings about one render."""
    findings = [f"{name_of(document)}: {what}" for document in documents for what in check_one(document)]
    if findings:
        return findings
    names = [name_of(document) for document in documents]
    findings += [f"{name} is made twice" for name in sorted(set(names)) if names.count(name) > 1]
    findings += [f"{name}: secrets are made by people, not by charts" for name in names if name.startswith("Secret/")]
    pods = [pod_of(document) for document in documents if pod_of(document)]
    components = {labels["app.kubernetes.io/component"] for labels, _ in pods}
    findings += [f"{program} is not deployed" for program in PROGRAMS if program not in components]
    findings += check_services(documents, pods)
    findings += check_calls(documents, pods)
    return findings
