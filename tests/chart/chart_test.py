#!/usr/bin/env python3
"""Renders charts/safehaven with a real helm and checks everything that comes out.
Run by ctest, which fetches helm first (helm.py)."""
import copy
import os
import shutil
import tempfile
import unittest

import helm
import manifests
from value_sets import ACCEPTED, REFUSED


def rendered(name):
    return manifests.read(helm.template(ACCEPTED[name]))


def find(documents, kind, suffix=""):
    """The one document of `kind` whose name ends with `suffix`."""
    found = [document for document in documents
             if document["kind"] == kind and document["metadata"]["name"].endswith(suffix)]
    assert len(found) == 1, f"{len(found)} of {kind}/...{suffix}"
    return found[0]


def kinds(documents, kind):
    return [document["metadata"]["name"] for document in documents if document["kind"] == kind]


class Rendering(unittest.TestCase):
    def test_helm_lints_without_a_warning(self):
        for name, values in ACCEPTED.items():
            with self.subTest(values=name):
                helm.run("lint", "--strict", helm.CHART, values=values)

    def test_every_set_of_values_renders_to_sound_manifests(self):
        for name in ACCEPTED:
            with self.subTest(values=name):
                self.assertEqual(manifests.check(rendered(name)), [])

    def test_a_render_is_the_same_every_time(self):
        # Nothing is generated, so that GitOps sees no change where there is none.
        self.assertEqual(helm.template(ACCEPTED["scaled"]), helm.template(ACCEPTED["scaled"]))

    def test_two_releases_share_nothing(self):
        one, two = manifests.read(helm.template(release="one")), manifests.read(helm.template(release="two"))
        self.assertFalse({manifests.name_of(d) for d in one} & {manifests.name_of(d) for d in two})
        pods = [manifests.pod_of(d)[0] for d in two if manifests.pod_of(d)]
        for service in (d for d in one if d["kind"] == "Service"):
            self.assertFalse(any(manifests.matches(service["spec"]["selector"], labels) for labels in pods))

    def test_a_long_release_name_still_gives_names(self):
        self.assertEqual(manifests.check(manifests.read(helm.template(release="r" * 53))), [])

    def test_wrong_values_are_refused_with_the_word_that_helps(self):
        for name, (values, word) in REFUSED.items():
            with self.subTest(values=name):
                with self.assertRaises(helm.HelmFailed) as refused:
                    helm.template(values)
                self.assertIn(word, str(refused.exception))

    def test_a_cluster_without_grpc_probes_is_refused(self):
        with self.assertRaises(helm.HelmFailed) as refused:
            helm.template(kube_version="1.26.9")
        self.assertIn("kubeVersion", str(refused.exception))
        helm.template(kube_version="1.27.0")


class Promises(unittest.TestCase):
    def test_what_follows_from_the_values(self):
        default, scaled, bare = rendered("default"), rendered("scaled"), rendered("bare")
        self.assertEqual(kinds(default, "HorizontalPodAutoscaler"), [])
        self.assertEqual(find(default, "Deployment")["spec"]["replicas"], 1)
        self.assertNotIn("replicas", find(scaled, "Deployment")["spec"])
        self.assertEqual(find(scaled, "HorizontalPodAutoscaler")["spec"]["minReplicas"], 3)
        self.assertEqual(len(kinds(scaled, "PodDisruptionBudget")), 4)
        self.assertEqual(kinds(bare, "PodDisruptionBudget") + kinds(bare, "NetworkPolicy")
                         + kinds(bare, "Pod") + kinds(bare, "ConfigMap") + kinds(bare, "ServiceAccount"), [])
        self.assertEqual(kinds(default, "ServiceMonitor") + kinds(default, "PrometheusRule"), [])
        claim = find(scaled, "StatefulSet", "consent")["spec"]["volumeClaimTemplates"][0]["spec"]
        self.assertEqual((claim["storageClassName"], claim["resources"]["requests"]["storage"]), ("fast", "5Gi"))
        image = find(scaled, "Deployment")["spec"]["template"]["spec"]["containers"][0]["image"]
        self.assertTrue(image.endswith("@sha256:" + "0" * 64))

    def test_one_gateway_has_no_budget_that_would_promise_two(self):
        self.assertEqual(sorted(kinds(rendered("default"), "PodDisruptionBudget")),
                         ["r-safehaven-consent", "r-safehaven-costing", "r-safehaven-linkage"])
        two = manifests.read(helm.template({"gateway": {"replicas": 2}}))
        self.assertIn("r-safehaven-gateway", kinds(two, "PodDisruptionBudget"))

    def test_by_default_nothing_reaches_out_but_to_names_and_peers(self):
        documents = rendered("default")
        for document in documents:
            if document["kind"] != "NetworkPolicy":
                continue
            for rule in document["spec"]["egress"]:
                self.assertFalse(any("ipBlock" in peer for peer in rule["to"]))
        self.assertEqual(find(documents, "NetworkPolicy", "consent")["spec"]["egress"], [])
        ports = [entry["port"] for entry in
                 (e for d in documents if d["kind"] == "NetworkPolicy"
                  for rule in d["spec"]["ingress"] for e in rule["ports"])]
        self.assertNotIn(9090, ports)

    def test_opened_peers_are_let_in_where_they_belong_and_nowhere_else(self):
        documents = rendered("monitored")
        for component in ("consent", "linkage", "costing", "gateway"):
            ingress = find(documents, "NetworkPolicy", component)["spec"]["ingress"]
            self.assertTrue(any(entry["port"] == 9090 for rule in ingress for entry in rule["ports"]))
            tools = [rule for rule in ingress if any("ipBlock" in peer for peer in rule["from"])]
            self.assertEqual(bool(tools), component != "gateway")
        egress = find(documents, "NetworkPolicy", "gateway")["spec"]["egress"]
        self.assertEqual([entry["port"] for rule in egress if any("ipBlock" in p for p in rule["to"])
                          for entry in rule["ports"]], [443])

    def test_rules_reach_the_cluster_as_they_are_in_the_file(self):
        with open(os.path.join(helm.CHART, "files", "rules.yaml"), encoding="utf-8") as file:
            wanted = manifests.read(file.read())[0]
        self.assertEqual(find(rendered("monitored"), "PrometheusRule")["spec"], wanted)

    def test_the_production_profile_cannot_be_left(self):
        for document in rendered("default"):
            if document["kind"] in ("StatefulSet", "Deployment"):
                arguments = manifests.pod_of(document)[1]["containers"][0]["args"]
                self.assertIn("--profile=production", arguments)
                self.assertFalse([a for a in arguments if a.startswith("--insecure")])


    def test_pods_run_as_the_user_whom_the_image_knows(self):
        with open(os.path.join(helm.ROOT, "Dockerfile"), encoding="utf-8") as file:
            self.assertIn("USER 10001:10001\n", file.read())
        for document in rendered("default"):
            if manifests.pod_of(document):
                self.assertEqual(manifests.pod_of(document)[1]["securityContext"]["runAsUser"], 10001)


class InACopy(unittest.TestCase):
    """What an offline render hides, seen by changing a copy of the chart."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.chart = os.path.join(folder.name, "safehaven")
        shutil.copytree(helm.CHART, self.chart)

    def edit(self, name, old, new):
        path = os.path.join(self.chart, "templates", name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def notes(self, values):
        os.rename(os.path.join(self.chart, "templates", "NOTES.txt"),
                  os.path.join(self.chart, "templates", "_notes.tpl"))
        self.edit("_notes.tpl", "Safehaven {{", "{{ define \"notes\" }}Safehaven {{")
        with open(os.path.join(self.chart, "templates", "_notes.tpl"), "a", encoding="utf-8") as file:
            file.write("{{ end }}\n")
        with open(os.path.join(self.chart, "templates", "notes.yaml"), "w", encoding="utf-8") as file:
            file.write('---\nnotes: {{ include "notes" . | toJson }}\n')
        documents = manifests.read(helm.template(values, chart=self.chart))
        return next(document["notes"] for document in documents if "notes" in document)

    def test_the_notes_say_what_is_closed_and_which_secrets_are_needed(self):
        notes = self.notes({})
        for line in ("gateway -> consent, costing (gRPC 7443, mutual TLS)", "nobody can sign in",
                     "closed; open network.tools", "everything else: closed",
                     "linkage: safehaven-linkage-tls, safehaven-linkage-wrapping",
                     "WARNING: trustDomain", "helm test r --namespace care"):
            self.assertIn(line, notes)

    def test_the_notes_say_what_is_open(self):
        notes = self.notes({**ACCEPTED["monitored"], "trustDomain": "health.example.org",
                            "gateway": {"oidc": {"issuer": "https://id.health.example.org"}}})
        self.assertIn("gateway -> issuer (port 443): 1 peer(s)", notes)
        self.assertNotIn("WARNING: trustDomain", notes)

    def test_a_changed_size_stops_the_upgrade_with_the_way_out(self):
        self.edit("_resize.tpl", 'lookup "apps/v1" "StatefulSet" .root.Release.Namespace .name',
                  "index .root.Values.global .name")
        claim = {"spec": {"resources": {"requests": {"storage": "20Gi"}}}}
        installed = {"r-safehaven-consent": {"spec": {"volumeClaimTemplates": [claim]}},
                     "r-safehaven-linkage": {}, "r-safehaven-costing": {}}
        helm.template({"global": installed}, chart=self.chart)
        with self.assertRaises(helm.HelmFailed) as refused:
            helm.template({"global": installed, "consent": {"storage": {"size": "40Gi"}}}, chart=self.chart)
        for word in ("consent.storage.size is 40Gi", "20Gi", "state-r-safehaven-consent-0", "--cascade=orphan"):
            self.assertIn(word, str(refused.exception))

    def test_a_template_that_renders_nothing_is_no_success(self):
        for name in os.listdir(os.path.join(self.chart, "templates")):
            os.remove(os.path.join(self.chart, "templates", name))
        with self.assertRaises(ValueError):
            manifests.read(helm.template(chart=self.chart))


def container(document):
    return manifests.pod_of(document)[1]["containers"][0]


class Blindness(unittest.TestCase):
    """Each check sees its breach: one change to a sound render, one finding at least."""

    CHANGES = {
        "a misspelt field": lambda d: find(d, "Deployment")["spec"].update(replica=2),
        "a misspelt field deep down": lambda d: container(find(d, "Deployment"))["ports"][0].update(prot="TCP"),
        "a text for a number": lambda d: find(d, "Deployment")["spec"].update(replicas="2"),
        "an unknown kind": lambda d: find(d, "Deployment").update(kind="Deploymant"),
        "a removed version": lambda d: find(d, "Deployment").update(apiVersion="extensions/v1beta1"),
        "a secret": lambda d: d.append({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}),
        "a bad label": lambda d: find(d, "Deployment")["metadata"]["labels"].update(a="not a label"),
        "a selector that misses": lambda d: find(d, "Deployment")["spec"]["selector"]["matchLabels"].update(a="b"),
        "root": lambda d: manifests.pod_of(find(d, "Deployment"))[1]["securityContext"].update(runAsUser=0),
        "a writable root": lambda d: container(find(d, "Deployment"))["securityContext"].update(
            readOnlyRootFilesystem=False),
        "a capability": lambda d: container(find(d, "Deployment"))["securityContext"].pop("capabilities"),
        "a token": lambda d: manifests.pod_of(find(d, "Pod"))[1].update(automountServiceAccountToken=True),
        "a mount of nothing": lambda d: manifests.pod_of(find(d, "Deployment"))[1]["volumes"].pop(),
        "a probe of nothing": lambda d: container(find(d, "Deployment"))["livenessProbe"]["grpc"].update(port=1),
        "no liveness": lambda d: container(find(d, "Deployment")).pop("livenessProbe"),
        "liveness that looks at the store": lambda d: container(
            find(d, "StatefulSet", "consent"))["livenessProbe"]["grpc"].update(service="readiness"),
        "requests above limits": lambda d: container(find(d, "Deployment"))["resources"]["requests"].update(
            memory="1Gi"),
        "no limit of memory": lambda d: container(find(d, "Deployment"))["resources"].pop("limits"),
        "two processes on a store": lambda d: find(d, "StatefulSet", "costing")["spec"].update(replicas=2),
        "claims that die with the release": lambda d: find(d, "StatefulSet", "costing")["spec"].pop(
            "persistentVolumeClaimRetentionPolicy"),
        "a version on a claim": lambda d: find(d, "StatefulSet", "costing")["spec"]["volumeClaimTemplates"][0][
            "metadata"]["labels"].update({"helm.sh/chart": "safehaven-1"}),
        "a policy for one direction": lambda d: find(d, "NetworkPolicy", "costing")["spec"].update(
            policyTypes=["Ingress"]),
        "egress to everybody": lambda d: find(d, "NetworkPolicy", "costing")["spec"]["egress"].append(
            {"ports": [{"protocol": "TCP", "port": 443}]}),
        "a call that is not let out": lambda d: find(d, "NetworkPolicy", "costing")["spec"].update(egress=[]),
        "a call that is not let in": lambda d: find(d, "NetworkPolicy", "consent")["spec"]["ingress"][0]["from"].pop(0),
        "a pod without a policy": lambda d: d.remove(find(d, "NetworkPolicy", "linkage")),
        "an address of nobody": lambda d: d.remove(find(d, "Service", "consent")),
        "a context that is not there": lambda d: d.remove(find(d, "ConfigMap", "test")),
        "a context with a wrong address": lambda d: find(d, "ConfigMap", "test")["data"].update(
            {"context.yaml": "consent: r-safehaven-gone.care.svc:7443"}),
        "a service without pods": lambda d: find(d, "Service", "consent")["spec"]["selector"].update(a="b"),
        "a port that pods lack": lambda d: find(d, "Service", "consent")["spec"]["ports"][0].update(
            targetPort="grcp"),
        "a missing service": lambda d: d.remove(find(d, "Deployment")),
        "a thing made twice": lambda d: d.append(copy.deepcopy(find(d, "Deployment"))),
    }

    def test_every_breach_is_found(self):
        sound = rendered("default")
        for name, change in self.CHANGES.items():
            with self.subTest(breach=name):
                documents = copy.deepcopy(sound)
                change(documents)
                self.assertTrue(manifests.check(documents))

    def test_what_a_cluster_reads_otherwise_is_refused(self):
        for text in ("", "---\n---\n", "a: 1\na: 2\n", "a: {b: y}\n", "a: on\n", "a: [\n"):
            with self.subTest(text=text):
                self.assertRaises(ValueError, manifests.read, text)
        self.assertEqual(manifests.read("a: 'y'\nb: true\n"), [{"a": "y", "b": True}])


if __name__ == "__main__":
    unittest.main()
