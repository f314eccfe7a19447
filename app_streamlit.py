"""The app: page settings and navigation. Start it with `engagement app --project DIR`."""

from pathlib import Path

import streamlit as st

from engagement.app import roles
from engagement.app.show import failing_plainly

HERE = Path(__file__).parent / "engagement" / "app"

st.set_page_config(page_title="Engagement", layout="wide", initial_sidebar_state="collapsed")

with failing_plainly():
    entries = roles.pages(roles.profile().role)
    st.navigation(
        [
            st.Page(HERE / f"{one.file}.py", title=one.title, url_path=one.file, default=number == 0)
            for number, one in enumerate(entries)
        ],
        position="top",
    ).run()
