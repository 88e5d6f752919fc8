"""What is wrong with a database is said without its password, and nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history import open_history
from antiphon.model.values.ids import new_id
from support.history.postgresql import PASSWORD

if TYPE_CHECKING:
    import pytest

SECRET = "s3cret-word"


async def problem_of(url: str, caplog: pytest.LogCaptureFixture) -> str:
    """Returns why a history is kept in memory, after looking for the password everywhere."""
    history = await open_history(url, server_id=new_id())
    try:
        assert not history.survives
        status = history.status()
        for text in (caplog.text, status.model_dump_json(), repr(history.database.__dict__)):
            assert SECRET not in text
        return status.problem or ""
    finally:
        await history.aclose()


async def test_a_wrong_password_is_refused(own_cluster, caplog) -> None:
    url = own_cluster.url("postgres", password=SECRET)
    assert "refuses this user or password" in await problem_of(url, caplog)


async def test_an_unknown_database_is_named_as_such(own_cluster, caplog) -> None:
    assert "does not exist" in await problem_of(own_cluster.url("nowhere"), caplog)


async def test_a_host_that_nobody_answers_at_cannot_be_reached(caplog) -> None:
    url = f"postgresql://antiphon:{SECRET}@127.0.0.1:1/antiphon"
    assert "cannot be reached" in await problem_of(url, caplog)


async def test_a_schema_that_is_missing_is_named_as_such(own_cluster, caplog) -> None:
    url = own_cluster.url(own_cluster.create(), search_path="nowhere")
    assert "search_path does not exist" in await problem_of(url, caplog)


async def test_another_programs_tables_are_left_alone(own_cluster, caplog) -> None:
    name = own_cluster.create()
    own_cluster.execute("CREATE TABLE sessions (theirs text); SELECT 1", name)
    assert "another program's table" in await problem_of(own_cluster.url(name), caplog)
    assert (
        own_cluster.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name)[0][
            0
        ]
        == 1
    )


async def test_a_newer_schema_is_refused_and_left_alone(own_cluster, caplog) -> None:
    name = own_cluster.create()
    await (await open_history(own_cluster.url(name), server_id=new_id())).aclose()
    own_cluster.execute("INSERT INTO antiphon_migrations VALUES (999, 'x', 'x'); SELECT 1", name)
    assert "newer Antiphon (schema 999" in await problem_of(own_cluster.url(name), caplog)


async def test_a_database_that_fails_at_the_first_write_is_named_as_such(
    own_cluster, story, caplog
) -> None:
    name = own_cluster.create()
    killed = await open_history(own_cluster.url(name), server_id=new_id())
    await killed.begin_run(story().start)
    await killed.aclose()
    own_cluster.execute(
        """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE UPDATE ON messages EXECUTE FUNCTION full_disk();
        """,
        name,
    )
    problem = await problem_of(own_cluster.url(name), caplog)
    assert "disk of the history's database is full" in problem


async def test_a_user_who_may_only_read_is_told_so(own_cluster, caplog) -> None:
    name = own_cluster.create()
    own_cluster.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; SELECT 1")
    url = own_cluster.url(name, password=PASSWORD).replace("antiphon:", "reader:")
    assert "may not do that" in await problem_of(url, caplog)


async def test_a_user_without_rights_beyond_their_own_schema_can_keep_a_history(
    own_cluster,
) -> None:
    name = own_cluster.create()
    own_cluster.execute(
        f"CREATE ROLE tenant LOGIN PASSWORD '{PASSWORD}';"
        "CREATE SCHEMA theirs AUTHORIZATION tenant;"
        "CREATE SCHEMA theirs_visible AUTHORIZATION tenant;",
        name,
    )
    url = own_cluster.url(name, password=PASSWORD, search_path="theirs")
    history = await open_history(url.replace("antiphon:", "tenant:", 1), server_id=new_id())
    assert history.status().problem is None
    await history.aclose()
