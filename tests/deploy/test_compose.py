"""compose.yaml: what the specification, the settings and the other files of deploy/ say of it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from scripts.images.compose import (
    MissingVariable,
    find_variables,
    read_compose,
    read_env_file,
    substitute,
)

from antiphon.settings.sources.environment import read_environment

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
OURS = ("proxy", "server", "editor")


def list_violations(document):
    folder = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((folder / "compose-spec.json").read_text("utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)]


def test_the_file_is_what_the_compose_specification_describes(compose):
    assert not list_violations(yaml.safe_load(COMPOSE.read_text()))
    assert not list_violations(compose)
    compose["services"]["server"]["no_such_key"] = True
    found = list_violations(compose)
    del compose["services"]["server"]["no_such_key"]
    assert found


def test_every_variable_is_in_the_example_and_nothing_else_is():
    text = (DEPLOY / "production.env.example").read_text()
    lines = (line.removeprefix("# ") for line in text.splitlines())
    named = {line.partition("=")[0] for line in lines if line.partition("=")[0].isupper()}
    assert named - {"COMPOSE_PROFILES"} == find_variables(COMPOSE.read_text())


@pytest.mark.parametrize("name", ["BASE_IMAGE", "MODELS_HOST"])
def test_what_must_be_chosen_has_no_default(name):
    variables = read_env_file(DEPLOY / "production.env.example")
    with pytest.raises(MissingVariable, match=name):
        read_compose(COMPOSE, {**variables, name: ""})


def test_every_variable_of_the_server_is_a_setting(compose, tmp_path):
    value = tmp_path / "value"
    value.write_text("1")
    names = compose["services"]["server"]["environment"]
    files = {name: str(value) for name in names if name.endswith("_FILE")}
    source = read_environment({**dict.fromkeys(names, "1"), **files})
    assert not source.problems
    assert len(source.values) == len(names)


@pytest.mark.parametrize("name", ["proxy", "server", "editor", "postgres", "redis"])
def test_every_service_is_confined(compose, name):
    service = compose["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]


def test_the_database_is_reached_from_inside_only(compose):
    assert compose["networks"]["inside"]["internal"]
    assert [name for name, each in compose["services"].items() if "ports" in each] == ["proxy"]
    for name in ("postgres", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert compose["services"][name]["profiles"] == [name]
        assert "healthcheck" in compose["services"][name]


def test_every_secret_is_a_file_that_is_made(compose, secrets):
    made = {each.name for each in secrets.iterdir()}
    files = {name: each["file"] for name, each in compose["secrets"].items()}
    assert files == {name: f"secrets/{name}" for name in made}
    used = {each for service in compose["services"].values() for each in service["secrets"]}
    assert used == made


def test_every_volume_and_network_that_is_used_is_declared(compose):
    services = compose["services"].values()
    volumes = {each.partition(":")[0] for one in services for each in one.get("volumes", ())}
    assert volumes == set(compose["volumes"])
    assert {each for one in services for each in one["networks"]} == set(compose["networks"])


def test_what_is_built_is_there(compose):
    for name in OURS:
        build = compose["services"][name]["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_variables_are_put_in_by_the_rules_of_compose():
    variables = {"SET": "x", "EMPTY": ""}
    assert (
        substitute("${SET} ${NONE:-d} ${EMPTY:-d} ${NONE:-} $${SET}", variables) == "x d d  ${SET}"
    )
    with pytest.raises(MissingVariable, match="say it"):
        substitute("${EMPTY:?say it}", variables)
