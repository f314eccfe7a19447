"""Who looks at the app, and what they may see: the pages of each role.

With OpenID Connect configured (an `[auth]` section in Streamlit's secrets, and `[access]` beside it) a person has the
role that a group of theirs gives them, and nobody else sees anything. Without it the app serves this machine alone,
and whoever sits at it chooses.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from engagement.app.serve import ROLE_VARIABLE, ROLES
from engagement.errors import UserError

PROFILE = "profile"  # in the browser's own state


class As(StrEnum):
    """What somebody does with a round."""

    VIEWER = "viewer"
    REPORTER = "reporter"
    CODER = "coder"
    ANALYST = "analyst"


SAID = {
    As.VIEWER: "Steering group: explore themes",
    As.REPORTER: "Report writer: collect quotes and export",
    As.CODER: "Second coder: code excerpts",
    As.ANALYST: "Analyst: everything, the anonymisation included",
}
EVERYONE = frozenset(As)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its file beside this one, its title, and whose it is."""

    file: str
    title: str
    roles: frozenset[As] = EVERYONE


PAGES = (
    Entry("overview", "Overview"),
    Entry("themes", "Themes"),
    Entry("intersections", "Intersections"),
    Entry("search", "Search"),
    Entry("evidence", "Evidence", frozenset({As.REPORTER, As.ANALYST})),
    Entry("coding", "Code", frozenset({As.ANALYST, As.CODER})),
    Entry("codebook", "Codebook", frozenset({As.ANALYST})),
    Entry("anonymisation", "Anonymisation", frozenset({As.ANALYST})),
    Entry("intake", "Intake", frozenset({As.ANALYST})),
    Entry("signin", "Sign in"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody at the app: the name under which they code, and their role, None for nobody whom we know."""

    name: str
    role: As | None


class NotYours(UserError):
    """A page that the role of the one who asks does not have."""


def profile() -> Profile:
    """Who is looking."""
    if protected():
        return _signed_in(st.secrets.get("access", {}), st.user)
    chosen: Profile | None = st.session_state.get(PROFILE)
    return chosen or Profile(getpass.getuser(), _asked(os.environ.get(ROLE_VARIABLE, "")))


def choose(name: str, role: As) -> None:
    """Remembers who is looking, until the tab is closed. A colon in the name would make a blind coder of them."""
    st.session_state[PROFILE] = Profile(" ".join(name.replace(":", " ").split()) or getpass.getuser(), role)


def protected() -> bool:
    """Whether people sign in here."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def pages(role: As | None) -> tuple[Entry, ...]:
    """The pages of a role, in order; for nobody only the one to sign in."""
    return tuple(entry for entry in PAGES if role in entry.roles or (role is None and entry.file == "signin"))


def require(page: str) -> Profile:
    """Who is looking, where this page is theirs. Raises NotYours: a page that is not listed is not reached anyway."""
    who = profile()
    if page not in {entry.file for entry in pages(who.role)}:
        raise NotYours("This page is not for your role. Choose another one under Sign in.")
    return who


def _asked(role: str) -> As:
    return As(role) if role in ROLES else As.VIEWER


def _signed_in(access: Mapping[str, object], user: Mapping[str, object]) -> Profile:
    """Of the roles in `access.roles` (role = [groups]) that name a group of the user's the most powerful."""
    if not user.get("is_logged_in"):
        return Profile("", None)
    given = user.get(str(access.get("group_claim", "groups"))) or ()
    groups = {given} if isinstance(given, str) else set(given) if isinstance(given, Sequence) else set()
    named = access.get("roles", {})
    roles = named if isinstance(named, Mapping) else {}
    held = [role for role in reversed(As) if groups & set(roles.get(role, ()))]
    return Profile(str(user.get("email") or user.get("name") or ""), next(iter(held), None))
