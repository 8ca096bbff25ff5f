"""compose.yaml is the production shape: its syntax, and what it promises."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_production_shape_has_its_services_and_nothing_refers_to_a_missing_one(compose):
    services = compose["services"]
    assert {"web", "worker", "beat", "migrate", "postgres", "redis", "mail"} <= set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert "image" in service, name


def test_the_queue_never_evicts_and_writes_an_append_only_file(compose):
    command = compose["services"]["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--appendonly"] == "yes"
    assert options["--requirepass"]


def test_each_process_knows_only_the_password_of_its_own_database_role(compose):
    expected = {"web": "waymark_app", "worker": "waymark_worker", "beat": "waymark_worker", "migrate": "waymark_owner"}
    for name, role in expected.items():
        urls = [value for value in compose["services"][name]["environment"].values() if "postgresql://" in value]
        assert [url.split("//")[1].split(":")[0] for url in urls] == [role], name
    for name in (*PROCESSES, "migrate"):
        assert "POSTGRES_PASSWORD" not in str(compose["services"][name]), name


def test_no_password_is_written_in_the_file(compose):
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if variable in {"SECRET_KEY", "FIELD_KEY"} or "PASSWORD" in variable or "://" in value:
                assert ":?}" in value, (name, variable)


def test_tables_are_made_before_anything_serves(compose):
    for name in PROCESSES:
        wait = compose["services"][name]["depends_on"]["migrate"]["condition"]
        assert wait == "service_completed_successfully", name
    assert compose["services"]["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]


def test_there_is_one_beat(compose):
    beats = [name for name, service in compose["services"].items() if "beat" in (service.get("command") or ())]
    assert beats == ["beat"]
    assert "deploy" not in compose["services"]["beat"]
    assert "scale" not in compose["services"]["beat"]


def test_data_outlives_the_containers_and_nothing_listens_to_the_world(compose):
    for name in ("postgres", "redis"):
        volume = compose["services"][name]["volumes"][0].split(":")[0]
        assert volume in compose["volumes"], name
    for name, service in compose["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


def test_images_are_pinned_and_ours_does_not_run_as_root(compose):
    for name, service in compose["services"].items():
        if service["image"] != "waymark":
            assert ":" in service["image"], name
            assert not service["image"].endswith(":latest"), name
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    users = [line.split()[1] for line in stages[-1].splitlines() if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
