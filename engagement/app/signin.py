"""Who is looking: signing in where the council has set it up, else choosing a role, which protects nothing."""

from __future__ import annotations

import streamlit as st

from engagement.app import roles, show
from engagement.app.roles import SAID, As


def page() -> None:
    """The whole page."""
    show.title("Sign in")
    if roles.protected():
        signing()
    else:
        choosing()


def signing() -> None:
    """With a sign-in service: in or out, and what the person may see."""
    who = roles.profile()
    if not st.user.is_logged_in:
        show.say("Sign in with your work account to see this round.")
        st.button("Sign in", on_click=st.login, type="primary")
        return
    if who.role is None:
        show.say("You are signed in, but none of your groups may see this round. Ask whoever runs it to add you.")
    else:
        show.say_as_typed(f"You are signed in as {who.name}.")
        show.say(f"Your role: {SAID[who.role]}.")
    st.button("Sign out", on_click=st.logout)


def choosing() -> None:
    """Without one: a name to code under, and a role."""
    who = roles.profile()
    show.say(
        "This app answers to this computer alone. Choosing a role here only decides which pages you see: "
        "**it is no security**. Anyone who uses this computer can choose any role."
    )
    with st.form("who", width=show.READING_WIDTH):
        name = st.text_input("Your name, as your coding will be kept under", who.name, max_chars=60)
        options = list(As)
        now = options.index(who.role or As.VIEWER)
        role = st.radio("What you want to do", options, index=now, format_func=lambda each: SAID[each])
        if st.form_submit_button("Save", type="primary"):
            roles.choose(name, role)
            st.rerun()
    show.say(f"Now: {SAID[who.role or As.VIEWER]}.")


if __name__ == "__main__":
    page()
