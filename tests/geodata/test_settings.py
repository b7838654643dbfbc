"""Settings: read once from the environment, with defaults, and refused by name when they cannot be used."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongSetting
from geodata.settings import DEFAULT_REGION, LOOPBACK, ROLES, Settings


def read(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def test_an_empty_environment_gives_the_documented_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read()
    assert settings.data == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{(tmp_path / 'data' / 'panj.sqlite').as_posix()}"
    assert (settings.host, settings.port, settings.role, settings.region) == ("127.0.0.1", 8050, "command", DEFAULT_REGION)
    assert (settings.raw, settings.cache) == (tmp_path / "data" / "raw", tmp_path / "data" / "cache")


def test_an_empty_variable_is_as_good_as_none():
    empty = dict.fromkeys(("PANJ_DATA", "DATABASE_URL", "PANJ_HOST", "PANJ_PORT", "PANJ_ROLE", "PANJ_REGION"), "")
    assert read(**empty) == read()


def test_reading_the_settings_makes_no_folder(tmp_path):
    read(PANJ_DATA=str(tmp_path / "new"))
    assert list(tmp_path.iterdir()) == []


def test_the_store_lies_in_the_data_folder_unless_a_database_is_named(tmp_path):
    assert read(PANJ_DATA=str(tmp_path)).database_url == f"sqlite:///{(tmp_path / 'panj.sqlite').as_posix()}"
    assert read(DATABASE_URL="postgresql+psycopg://h/panj").database_url == "postgresql+psycopg://h/panj"


def test_a_home_folder_is_written_out(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read(PANJ_DATA="~/panj").data == (tmp_path / "panj").resolve()


def test_nothing_given_means_the_environment_of_the_process(monkeypatch):
    monkeypatch.setenv("PANJ_PORT", "9000")
    assert Settings.from_environment().port == 9000


@pytest.mark.parametrize("host", LOOPBACK)
def test_addresses_of_this_machine_may_be_listened_on(host):
    assert read(PANJ_HOST=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "panj.example", " 127.0.0.1", "127.0.0.1.example", "LOCALHOST"])
def test_any_other_address_is_refused_because_there_is_no_sign_in(host):
    with pytest.raises(WrongSetting, match=r"PANJ_HOST is .* no sign-in"):
        read(PANJ_HOST=host)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5", "８０", " 80", "1e3"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(WrongSetting, match="PANJ_PORT"):
        read(PANJ_PORT=port)


@given(st.integers(1, 65535))
def test_every_port_is_read_as_its_number(port):
    assert read(PANJ_PORT=str(port)).port == port


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_taken(role):
    assert read(PANJ_ROLE=role).role == role


@pytest.mark.parametrize("role", ["admin", "Command", "command ", "commander"])
def test_a_role_that_nobody_defined_is_refused_with_those_that_are(role):
    with pytest.raises(WrongSetting, match="command, planner, donor, public"):
        read(PANJ_ROLE=role)


def test_the_region_may_be_written_with_blanks_small_letters_and_twice():
    assert read(PANJ_REGION=" tjk, AFG,,tjk ").region == ("TJK", "AFG")


@pytest.mark.parametrize("region", ["TJ", "Tajikistan", "TJK;AFG", ",", "TJ1", "ТЖК"])
def test_a_region_that_is_no_list_of_country_codes_is_refused(region):
    with pytest.raises(WrongSetting, match="PANJ_REGION"):
        read(PANJ_REGION=region)


@given(st.dictionaries(st.sampled_from(["PANJ_HOST", "PANJ_PORT", "PANJ_ROLE", "PANJ_REGION"]), st.text()))
def test_whatever_stands_in_the_environment_is_read_or_refused_in_one_sentence(environment):
    try:
        settings = Settings.from_environment(environment)
    except WrongSetting as refusal:
        assert any(name in str(refusal) for name in environment)
    else:
        assert settings.role in ROLES
        assert settings.host in LOOPBACK
        assert isinstance(settings.data, Path)
