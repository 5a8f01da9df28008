# SPDX-License-Identifier: Apache-2.0
"""What containers and the cluster are told: rendered by real Helm, checked against the API's own schemas, confined."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
CHART = ROOT / "docker" / "helm" / "tektra"
LIKE = "pip install --no-deps -r requirements/deploy.in"
#: Values as people would give them.
SETTINGS: dict[str, dict[str, Any]] = {
    "the simulated home": {"body": {"sim": True}},
    "a site": {"body": {"nodeSelector": {"tektra": "body"}, "robotHost": "192.168.1.20"}},
    "many": {
        "body": {"nodeSelector": {"tektra": "body"}},
        "gateway": {
            "database": "postgresql+psycopg://tektra@postgres/tektra",
            "hosts": ["tektra.example"],
            "autoscaling": {"enabled": True},
            "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "tektra-tls"},
        },
        "engine": {"enabled": True, "model": "qwen", "autoscaling": {"enabled": True}},
        "networkPolicy": {"gatewayFrom": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}]},
        "existingSecret": "mine",
    },
    "no mind of its own": {"body": {"sim": True}, "mind": {"enabled": False}},
}


def rendered(values: dict[str, Any]) -> list[dict[str, Any]]:
    helm = pytest.importorskip("helm_python", reason=f"Helm is not here: {LIKE}")
    with helm.Chart.load(str(CHART)) as chart:
        chart.validate_schema(values)
        files = chart.render(values, name="home", namespace="robots")
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    return [found for text in texts for found in yaml.safe_load_all(text) if found]


def pods(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        found["metadata"]["name"]: found["spec"]["template"]["spec"]
        for found in rendered(values)
        if found["kind"] in ("Deployment", "StatefulSet")
    }


def test_helm_finds_nothing_wrong_with_the_chart() -> None:
    helm = pytest.importorskip("helm_python", reason=f"Helm is not here: {LIKE}")
    found = helm.lint(str(CHART))
    assert found["errors"] == []
    assert {entry["error"] for entry in found["messages"]} <= {"icon is recommended"}


@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS)
def test_the_api_takes_everything(values: dict[str, Any]) -> None:
    schemas = pytest.importorskip("kubernetes_validate", reason=f"the API's schemas are not here: {LIKE}")
    found = rendered(values)
    assert len(found) > 8
    for version in ("1.27", schemas.latest_version()):
        for one in found:
            schemas.validate(one, version, strict=True)


@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS)
def test_no_pod_is_root_writes_elsewhere_or_asks_the_cluster(values: dict[str, Any]) -> None:
    for name, pod in pods(values).items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            confined = container["securityContext"]
            assert confined["readOnlyRootFilesystem"] and not confined["allowPrivilegeEscalation"], name
            assert confined["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["requests"] and container["resources"]["limits"]["memory"], name
            plain = [entry["name"] for entry in container.get("env", []) if "value" in entry]
            assert not [entry for entry in plain if "KEY" in entry or "PASS" in entry], name


def test_arguments_are_those_of_the_launch_file() -> None:
    launch = (ROOT / "launch" / "tektra.launch.xml").read_text()
    for name, pod in pods(SETTINGS["many"]).items():
        for word in pod["containers"][0].get("args", []):
            argument, mark, _ = str(word).partition(":=")
            assert not mark or f'<arg name="{argument}"' in launch, (name, word)


def test_one_gate_and_one_planner_and_as_many_gateways_as_are_wanted() -> None:
    found = {
        one["metadata"]["name"]: one for one in rendered(SETTINGS["many"]) if one["kind"] == "StatefulSet"
    }
    assert found["home-body"]["spec"]["replicas"] == found["home-mind"]["spec"]["replicas"] == 1
    assert found["home-body"]["spec"]["template"]["spec"]["hostNetwork"] is True
    assert "replicas" not in found["home-gateway"]["spec"]  # the autoscaler's to say


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"body": {"sim": True}, "gateway": {"replicas": 2}},
        {"body": {"sim": True}, "gateway": {"database": "postgresql://tektra:secret@postgres/tektra"}},
        {"body": {"sim": True}, "gateway": {"ingress": {"enabled": True}}},
        {"body": {"sim": True}, "ros": {"domainId": 300}},
    ],
    ids=[
        "safety on any machine",
        "two gateways with accounts of their own",
        "a password in the values",
        "an ingress without a name",
        "a domain that is none",
    ],
)
def test_what_would_not_work_is_refused(values: dict[str, Any]) -> None:
    helm = pytest.importorskip("helm_python", reason=f"Helm is not here: {LIKE}")
    with pytest.raises(helm.HelmError):
        rendered(values)


COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())


def test_compose_gives_nobody_more_than_it_needs() -> None:
    for name, service in COMPOSE["services"].items():
        assert not service.get("privileged"), name
        assert "no-new-privileges:true" in service["security_opt"], name
        if name not in ("full", "pip", "gateway"):
            assert service["profiles"], f"{name} starts without being asked for"
            assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert "healthcheck" in service or service["image"].startswith("tektra:"), name
    text = json.dumps(COMPOSE)
    assert "PASSWORD: " not in text and ":latest" not in text


def test_containers_on_the_hosts_network_share_its_memory() -> None:
    """Fast DDS takes whoever has the host's network for a neighbour, and speaks to neighbours through /dev/shm alone."""
    for name, service in COMPOSE["services"].items():
        assert (service.get("network_mode") == "host") == (service.get("ipc") == "host"), name
        assert "shm_size" not in service or service.get("ipc") != "host", name
    devices = yaml.safe_load((ROOT / "docker" / "devices.yaml").read_text())["services"]
    assert devices.keys() <= COMPOSE["services"].keys()


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.pip"])
def test_an_image_is_not_root_installs_the_whole_lock_and_tells_its_health(name: str) -> None:
    text = (ROOT / "docker" / name).read_text()
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs and all("--require-hashes" in line and "--no-deps" in line for line in installs)
    assert "\nUSER 10001:10001\n" in text and "\nHEALTHCHECK " in text
    for line in text.splitlines():
        if line.startswith(("ENTRYPOINT", "HEALTHCHECK")):
            program = ROOT / json.loads(line[line.index("[") :])[0]
            assert program.stat().st_mode & 0o111, f"{program} cannot be run"
