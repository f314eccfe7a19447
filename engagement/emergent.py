"""Excerpts that the codebook leaves uncovered -> EmergentThemes: groups to offer, never added by themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from engagement.config import Settings
from engagement.model import Embeddings, EmergentTheme, Excerpt, Role, content_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_TEXTS = 15  # below this there is nothing to group
FEWEST_WORDS = 5  # of an excerpt: shorter ones are yes, no and thanks
SMALLEST_GROUP, SMALLEST_SHARE = 5, 0.01
FEWEST_PEOPLE = 5  # in a group
FEWEST_USERS = 2  # of a word: one that a single participant uses may tell who it is
DIMENSIONS = 10  # 5 to 15 found planted themes equally well
WORDS, NAME_WORDS = 8, 3

MARK = re.compile(r"\[[^\[\]\n]{1,60}\]")  # a pseudonym or a mask
WORD = r"(?<![\w'\u2019-])[^\W\d_]{3,}(?![\w'\u2019-])"
ENDING = re.compile(r"(?<=\w{3})(?:ies|es|s|y|ing|ed)$")
# What people say whatever they speak of; scikit-learn's list holds the grammar.
SPOKEN = (
    "actually ain alright anyway area asked asking away bit came come comes coming council day days did didn does "
    "doesn doing don dont else ever far feel feels felt fine going gone gonna gets getting good got great half hand "
    "happen happened hear isn just kind knew know let like little live lived long look looking lot lots make makes "
    "maybe mean means need needs new nice night nobody nowt old oh ones open people person place point put quite "
    "really right round said say saying says seen shut somebody sort stuff sure tell telling thank thanks thing "
    "things think thought time times today told took try trying used use using want wanted wants wasn way week weeks "
    "went won work works yeah year years yes"
)


def emergent(
    excerpts: Sequence[Excerpt], embeddings: Embeddings, covered: frozenset[str], settings: Settings
) -> tuple[EmergentTheme, ...]:
    """The groups among what participants say that no theme covers, the largest first.

    A text that many sent is one voice. Groups with the words of fewer than five participants are left out, and
    so are words that a single participant uses. The order of `excerpts` changes nothing.
    """
    texts = _texts(excerpt for excerpt in excerpts if excerpt.excerpt_id not in covered)
    if len(texts) < FEWEST_TEXTS:
        return ()
    row = {excerpt_id: number for number, excerpt_id in enumerate(embeddings.ids)}
    matrix = embeddings.matrix[[row[same[0].excerpt_id] for same in texts.values()]]
    vectorizer = _vectorizer()
    analyse = vectorizer.build_analyzer()
    if not any(analyse(said) for said in texts):
        return ()
    topics, ranked = _topics(list(texts), matrix, vectorizer, settings.seed)
    groups: dict[int, dict[str, list[Excerpt]]] = defaultdict(dict)
    for topic, said in zip(topics, texts, strict=True):
        groups[topic][said] = texts[said]
    named = (_named(groups[topic], words, analyse) for topic, words in ranked.items())
    found = [theme for theme in named if theme]
    return tuple(sorted(found, key=lambda theme: (-len(theme.excerpt_ids), theme.key)))


def _topics(
    texts: list[str], matrix: NDArray[np.float32], vectorizer: Any, seed: int
) -> tuple[list[int], dict[int, list[str]]]:
    """The topic of each text, -1 for none, and the words of each topic, the most telling first."""
    from bertopic import BERTopic
    from bertopic.vectorizers import ClassTfidfTransformer
    from hdbscan import HDBSCAN
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer

    reduce = PCA(min(DIMENSIONS, len(texts) - 1), svd_solver="full", random_state=seed)
    smallest = max(SMALLEST_GROUP, round(SMALLEST_SHARE * len(texts)))
    model = BERTopic(
        language="multilingual",  # any but English, for which it would drop what is not A to Z
        embedding_model=None,  # the vectors are at hand: it loads no model of its own
        umap_model=make_pipeline(reduce, Normalizer()),
        hdbscan_model=HDBSCAN(smallest, min_samples=1, cluster_selection_method="leaf", core_dist_n_jobs=1),
        vectorizer_model=vectorizer,
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        top_n_words=50,
        verbose=False,
    )
    topics, _ = model.fit_transform(texts, matrix.astype("float64"))
    ranked = {topic: [word for word, _ in words if word] for topic, words in model.get_topics().items() if topic >= 0}
    return list(topics), ranked


def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    return CountVectorizer(
        stop_words=sorted(ENGLISH_STOP_WORDS | set(SPOKEN.split())), token_pattern=WORD, ngram_range=(1, 2)
    )


def _named(
    group: dict[str, list[Excerpt]], ranked: Sequence[str], analyse: Callable[[str], list[str]]
) -> EmergentTheme | None:
    """The group as a theme, or nothing where too few people or no shared words stand behind it."""
    excerpts = [excerpt for same in group.values() for excerpt in same]
    users: dict[str, set[str]] = defaultdict(set)
    for said, same in group.items():
        for word in set(analyse(said)):
            users[word] |= {_person(excerpt) for excerpt in same}
    words = _distinct(word for word in ranked if len(users[word]) >= FEWEST_USERS)
    if len({_person(excerpt) for excerpt in excerpts}) < FEWEST_PEOPLE or not words:
        return None
    ids = tuple(sorted(excerpt.excerpt_id for excerpt in excerpts))
    name = ", ".join(words[:NAME_WORDS])
    return EmergentTheme(content_id("emergent_", *ids), name[0].upper() + name[1:], words, ids)


def _person(excerpt: Excerpt) -> str:
    """Who said it. Where nobody is named, all of a source may be one person."""
    return excerpt.participant_id or f"somebody in {excerpt.source_id}"


def _distinct(ranked: Iterable[str]) -> tuple[str, ...]:
    """The first words that share no stem: "bus" and "bus stop" are one, and so are "bus" and "buses"."""
    chosen: list[str] = []
    stems: set[str] = set()
    for word in ranked:
        own = {ENDING.sub("", token) for token in word.split()}
        if not own & stems:
            chosen.append(word)
            stems |= own
    return tuple(chosen[:WORDS])


def _texts(excerpts: Iterable[Excerpt]) -> dict[str, list[Excerpt]]:
    """Participants' excerpts by what they say, without pseudonyms, in the order of the words."""
    texts: dict[str, list[Excerpt]] = defaultdict(list)
    for excerpt in sorted(excerpts, key=lambda excerpt: excerpt.excerpt_id):
        said = " ".join(MARK.sub(" ", excerpt.text).lower().split())
        if excerpt.role is Role.PARTICIPANT and len(said.split()) >= FEWEST_WORDS:
            texts[said].append(excerpt)
    return {said: texts[said] for said in sorted(texts)}
