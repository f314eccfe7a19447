"""The app: page settings and navigation. Start it with `engagement app --project DIR`."""

from pathlib import Path

import streamlit as st

from engagement.app.show import failing_plainly

PAGES = Path(__file__).parent / "engagement" / "app"

st.set_page_config(page_title="Engagement", layout="wide", initial_sidebar_state="collapsed")

with failing_plainly():
    st.navigation(
        [
            st.Page(PAGES / "overview.py", title="Overview", default=True),
            st.Page(PAGES / "themes.py", title="Themes", url_path="themes"),
            st.Page(PAGES / "characteristics.py", title="Characteristics", url_path="characteristics"),
        ],
        position="top",
    ).run()
