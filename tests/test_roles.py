"""Who sees which page: deny by default where people sign in, and a choice that says it protects nothing elsewhere."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.app import roles
from engagement.app.roles import PAGES, As, NotYours, Profile, _signed_in
from engagement.app.serve import ROLE_VARIABLE, ROLES

SIGN_IN = str(Path(roles.__file__).parent / "signin.py")
ACCESS = {"group_claim": "groups", "roles": {"viewer": ["steering"], "analyst": ["edi"], "coder": ["edi", "temps"]}}


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({}, None),
        ({"is_logged_in": False, "groups": ["edi"]}, None),
        ({"is_logged_in": True}, None),
        ({"is_logged_in": True, "groups": []}, None),
        ({"is_logged_in": True, "groups": ["finance"]}, None),
        ({"is_logged_in": True, "groups": "steering"}, As.VIEWER),
        ({"is_logged_in": True, "groups": ["steering", "temps"]}, As.CODER),
        ({"is_logged_in": True, "groups": ["edi"]}, As.ANALYST),
        ({"is_logged_in": True, "groups": {"edi": True}}, None),
        ({"is_logged_in": True, "roles": ["edi"]}, None),
    ],
)
def test_nobody_has_a_role_but_by_a_group(user, role):
    """No claim, an unknown group or an odd claim gives nothing; of several roles a person has the most powerful."""
    assert _signed_in(ACCESS, {"email": "sam@example.org", **user}).role is role


@pytest.mark.parametrize("auth", [{}, {"roles": []}, {"roles": {"analyst": []}}])
def test_without_groups_for_a_role_nobody_has_it(auth):
    """A setting that names no group lets nobody in."""
    assert _signed_in(auth, {"is_logged_in": True, "groups": ["edi"]}).role is None


def test_each_role_has_its_pages_and_nobody_only_the_way_in():
    """The lists of pages by role; every page named is there, and raw words are the analyst's alone."""
    files = {role: [entry.file for entry in roles.pages(role)] for role in (None, *As)}
    everyone = ["overview", "themes", "intersections", "search"]
    assert tuple(As) == ROLES
    assert files == {
        None: ["signin"],
        As.VIEWER: [*everyone, "signin"],
        As.REPORTER: [*everyone, "evidence", "signin"],
        As.CODER: [*everyone, "coding", "signin"],
        As.ANALYST: [*everyone, "evidence", "coding", "codebook", "anonymisation", "intake", "signin"],
    }
    assert all((Path(roles.__file__).parent / f"{entry.file}.py").exists() for entry in PAGES)


def test_a_page_of_another_role_refuses_even_when_it_is_called(monkeypatch):
    """`require` is the second lock."""
    monkeypatch.setattr(roles, "profile", lambda: Profile("", None))
    assert roles.require("signin").role is None
    with pytest.raises(NotYours):
        roles.require("overview")


def test_the_picker_says_that_it_is_no_security_and_keeps_the_choice():
    """A name and a role are taken; a colon in the name can't make a blind coder or a machine of it."""
    app = AppTest.from_file(SIGN_IN).run()
    assert any("it is no security" in each.value for each in app.markdown)
    app.text_input[0].set_value("blind:Sam  Lee")
    app.radio[0].set_value(As.ANALYST)
    app.button[0].click().run()
    assert not app.exception
    assert app.session_state[roles.PROFILE] == Profile("blind Sam Lee", As.ANALYST)


@pytest.mark.parametrize(("asked", "role"), [("", As.VIEWER), ("analyst", As.ANALYST), ("root", As.VIEWER)])
def test_the_picker_begins_with_the_role_of_the_command(monkeypatch, asked, role):
    """`engagement app --role` decides what is chosen first; nonsense is a viewer."""
    monkeypatch.setenv(ROLE_VARIABLE, asked)
    assert AppTest.from_file(SIGN_IN).run().radio[0].value == role
