"""Trains the identifier recogniser that ships in `engagement/data/identifiers`.

    python bench/train_identifiers.py CORPUS [--parts ABC] [--fold 0/3] [--out FOLDER] [--rounds 34] [--seed 1]

Reads the marked corpus in the folder CORPUS (`A.jsonl`, ..: texts with identifiers as `[[KIND:words]]`), the names in
`names_by_origin.yaml`, the parts in `identifier_slots.yaml`, the sentences in `identifier_templates.yaml`, the
protected words, and the word vectors of the spaCy model that the package uses anyway. Every round sees each text once,
with other names, places, words and cases (`identifier_texts`), and three quarters as many filled templates.
`--fold 0/3` leaves out every third text, for measuring.
Writes a spaCy pipeline of one component. About twelve minutes on a busy core; the same seed gives the same weights on
the same machine.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import spacy
import yaml
from identifier_surfaces import MAKERS, Piece
from identifier_texts import Maker, read_marked
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch
from thinc.api import Adam

from engagement.config import Settings
from engagement.recognisers.vocabulary import name_words

ROOT = Path(__file__).parents[1]
OUT = ROOT / "engagement" / "data" / "identifiers"
RECOGNISERS = ROOT / "engagement" / "recognisers"
PROTECTED, ORDINARY = RECOGNISERS / "protected.yaml", RECOGNISERS / "ordinary.txt"
NOTHING = "O"
TEMPLATES = 3 / 4  # as many filled templates as texts of the corpus
TEXTS_A_BATCH = 16
RATE, LAST_RATE, DROPOUT = 0.002, 0.0001, 0.3
MODEL = {
    "@architectures": "spacy.Tagger.v2",
    "nO": None,
    "normalize": True,  # so that the scores are probabilities
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [2500, 500, 2000, 1000],
            "include_static_vectors": True,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 96,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    },
}


def example(nlp: Language, pieces: Sequence[Piece]) -> Example:
    """A text with a label for each token: the kind of the identifier that it is part of, or `O`."""
    doc = nlp.make_doc("".join(words for words, _ in pieces))
    labels = [NOTHING] * len(doc)
    start = 0
    for words, kind in pieces:
        if kind and (span := doc.char_span(start, start + len(words), alignment_mode="expand")):
            labels[span.start : span.end] = [kind] * len(span)
        start += len(words)
    return Example(doc, Doc(doc.vocab, [token.text for token in doc], [bool(t.whitespace_) for t in doc], tags=labels))


def batches(nlp: Language, texts: Sequence[Sequence[Piece]], maker: Maker) -> Iterator[list[Example]]:
    """One round over `texts` and templates, newly made and shuffled."""
    made = [maker.swapped(pieces) for pieces in texts]
    made += [maker.from_template() for _ in range(round(len(texts) * TEMPLATES))]
    maker.rng.shuffle(made)
    for batch in minibatch(made, TEXTS_A_BATCH):
        yield [example(nlp, pieces) for pieces in batch]


def train(texts: Sequence[Sequence[Piece]], rounds: int, seed: int, out: Path) -> None:
    """Writes a pipeline whose one component gives each token a probability for every kind."""
    fix_random_seed(seed)
    ner_path = Settings().ner_path()
    vectors = spacy.load(ner_path, exclude=["tok2vec", "tagger", "parser", "senter", "ner", "lemmatizer"]).vocab
    nlp = spacy.blank("en", vocab=vectors)
    component = nlp.add_pipe("tagger", name="identifiers", config={"model": MODEL})
    for label in (NOTHING, *sorted(MAKERS)):
        component.add_label(label)
    ordinary = [word for word in ORDINARY.read_text(encoding="utf-8").split() if word not in name_words()["ambiguous"]]
    maker = Maker(seed, yaml.safe_load(PROTECTED.read_text(encoding="utf-8")), ordinary)
    first = [example(nlp, maker.swapped(pieces)) for pieces in texts[:50]]
    optimizer = nlp.initialize(lambda: first)
    optimizer = Adam(RATE, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    for number in range(rounds):
        optimizer.learn_rate = RATE + (LAST_RATE - RATE) * number / max(1, rounds - 1)
        losses: dict[str, float] = {}
        began = time.perf_counter()
        for batch in batches(nlp, texts, maker):
            nlp.update(batch, drop=DROPOUT, sgd=optimizer, losses=losses)
        print(f"round {number + 1}: loss {losses['identifiers']:.0f}, {time.perf_counter() - began:.0f} s", flush=True)
    with nlp.use_params(optimizer.averages):
        nlp.to_disk(out, exclude=["vocab", "tokenizer"])


def main() -> None:
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--parts", default="ABC")
    parser.add_argument("--fold", help="K/N leaves out text K, K+N, ..")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--rounds", type=int, default=34)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    texts = read_marked(wanted.corpus, wanted.parts)
    if wanted.fold:
        left_out, folds = map(int, wanted.fold.split("/"))
        texts = [pieces for number, pieces in enumerate(texts) if number % folds != left_out]
    random.Random(wanted.seed).shuffle(texts)
    train(texts, wanted.rounds, wanted.seed, wanted.out)


if __name__ == "__main__":
    main()
