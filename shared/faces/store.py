"""Faces across articles as records of the blob store, which gateway and workers share.

A piece is written once under a name made of its article and content, and replaced by writing the new one before the old is
deleted: workers on different articles never write the same record, so nothing is lost between them. Clusters are not stored:
they follow from the pieces and the user's decisions, and an id once given stays.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from shared.blobs import BlobNotFound, Blobs, read_as, readable
from shared.errors import InputError
from shared.faces.caption_votes import count, key, vote
from shared.faces.decisions import Decided
from shared.faces.records import Decision, FacePiece, KnownFace, NameEvidence, SeenFace
from shared.ids import content_hash, make_id

_PIECES = "face-clusters"
_DECISIONS = "face-decisions"


class FaceStore:
    """Pieces and decisions; what was read once is kept, since records never change under their names."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._pieces: dict[str, FacePiece] = {}

    def pieces(self) -> list[FacePiece]:
        """All pieces as they are stored now."""
        stored = self._blobs.list_records(_PIECES)
        read: dict[str, FacePiece] = {}
        for name in stored:
            piece = self._pieces.get(name) or self._read(name)
            if piece is not None:
                read[name] = piece
        self._pieces = read
        return list(read.values())

    def replace(self, article_id: str, pieces: Sequence[FacePiece]) -> None:
        """Keep these pieces of an article and no others; the same pieces again change nothing."""
        wanted = {f"{article_id}.{content_hash(piece.model_dump_json().encode())[:20]}": piece for piece in pieces}
        old = self._names_of(article_id)
        for name in wanted.keys() - old:
            self._blobs.write_record(_PIECES, name, wanted[name].model_dump_json().encode())
        for name in old - wanted.keys():
            self._blobs.delete_record(_PIECES, name)

    def decided(self) -> Decided:
        """The user's decisions."""
        return Decided(readable(self._blobs, _DECISIONS, Decision))

    def revision(self) -> str:
        """A hash of the decisions: changes whenever faces may be grouped otherwise."""
        return content_hash("\n".join(self._blobs.list_records(_DECISIONS)).encode())[:12]

    def merge(self, cluster_id: str, other_id: str) -> str:
        """Make two clusters one for ever, under the first one's id, which is returned; raises BlobNotFound, InputError."""
        decided, known = self.decided(), self._members()
        into, other = decided.root(cluster_id), decided.root(other_id)
        for wanted, root in ((cluster_id, into), (other_id, other)):
            if root not in known:
                raise BlobNotFound(f"no face cluster {wanted}")
        if into == other:
            raise InputError(f"{cluster_id} and {other_id} are one cluster already: name two")
        self._decide(Decision(at=datetime.now(UTC), action="merge", cluster_id=into, other_id=other))
        return into

    def split(self, cluster_id: str, face_ids: Sequence[str]) -> str:
        """Take faces out of a cluster for ever; returns the id of the new cluster; raises BlobNotFound, InputError."""
        root = self.decided().root(cluster_id)
        members = {face.face_id for _, face in self._members().get(root, ())}
        if not members:
            raise BlobNotFound(f"no face cluster {cluster_id}")
        taken = tuple(sorted(set(face_ids)))
        strangers = [face_id for face_id in taken if face_id not in members]
        if strangers:
            raise InputError(f"not in {cluster_id}: {', '.join(strangers)}; take faces that the cluster lists")
        if not taken or len(taken) == len(members):
            raise InputError(f"name some of the {len(members)} faces of {cluster_id}, not {'all' if taken else 'none'}")
        at = datetime.now(UTC)
        new = make_id("known-face", root, *taken, at.isoformat())
        self._decide(Decision(at=at, action="split", cluster_id=root, other_id=new, face_ids=taken))
        return new

    def known(self, wanted: Collection[str] | None = None) -> list[KnownFace]:
        """All clusters, or the wanted ones, with names and evidence, those in most articles first."""
        groups = self._members()
        evidence = {cluster: _evidence(rows) for cluster, rows in groups.items()}
        heaviest = _heaviest(evidence)
        chosen = groups if wanted is None else [cluster for cluster in groups if cluster in wanted]
        found = [_known(cluster, groups[cluster], evidence[cluster], heaviest) for cluster in chosen]
        return sorted(found, key=lambda row: (-len(row.article_ids), -len(row.face_ids), row.id))

    def get(self, cluster_id: str) -> KnownFace:
        """One cluster, also under an id that was merged into it; raises BlobNotFound."""
        root = self.decided().root(cluster_id)
        found = self.known((root,))
        if not found:
            raise BlobNotFound(f"no face cluster {cluster_id}")
        return found[0]

    def _members(self) -> dict[str, list[tuple[FacePiece, SeenFace]]]:
        decided = self.decided()
        groups: defaultdict[str, list[tuple[FacePiece, SeenFace]]] = defaultdict(list)
        for piece in self.pieces():
            for face in piece.faces:
                groups[decided.cluster_of(face.face_id, piece.across_id)].append((piece, face))
        return dict(groups)

    def _decide(self, decision: Decision) -> None:
        name = f"{int(decision.at.timestamp() * 1_000_000):017d}.{decision.action}.{decision.other_id}"
        self._blobs.write_record(_DECISIONS, name, decision.model_dump_json().encode())

    def _names_of(self, article_id: str) -> set[str]:
        return {name for name in self._blobs.list_records(_PIECES) if name.rpartition(".")[0] == article_id}

    def _read(self, name: str) -> FacePiece | None:
        try:
            return read_as(self._blobs, _PIECES, name, FacePiece)
        except BlobNotFound:  # replaced meanwhile by another process
            return None


def forget_article(blobs: Blobs, article_id: str) -> None:
    """Delete what is kept of an article's faces."""
    FaceStore(blobs).replace(article_id, ())


def forget_person(blobs: Blobs, person_id: str) -> int:
    """Delete all vectors and name evidence of every cluster that was given to a person of the gallery; returns how many faces.

    Pieces of several clusters lose those faces only.
    """
    store = FaceStore(blobs)
    decided, pieces = store.decided(), store.pieces()
    named = [(piece, face) for piece in pieces if piece.person_id == person_id for face in piece.faces]
    theirs = {decided.cluster_of(face.face_id, piece.across_id) for piece, face in named}
    forgotten = 0
    for article_id in {piece.article_id for piece in pieces}:
        here = [piece for piece in pieces if piece.article_id == article_id]
        left = [_without(piece, theirs, decided, person_id) for piece in here]
        gone = sum(len(piece.faces) for piece in here) - sum(len(piece.faces) for piece in left)
        if gone:
            store.replace(article_id, [piece for piece in left if piece.faces])
            forgotten += gone
    return forgotten


def _without(piece: FacePiece, clusters: set[str], decided: Decided, person_id: str) -> FacePiece:
    if piece.person_id == person_id:
        return piece.model_copy(update={"faces": (), "names": ()})
    faces = tuple(face for face in piece.faces if decided.cluster_of(face.face_id, piece.across_id) not in clusters)
    left = {face.face_id for face in faces}
    return piece.model_copy(update={"faces": faces, "names": tuple(row for row in piece.names if row.face_id in left)})


def _evidence(rows: Iterable[tuple[FacePiece, SeenFace]]) -> tuple[NameEvidence, ...]:
    return tuple(name for piece, face in rows for name in piece.names if name.face_id == face.face_id)


def _heaviest(evidence: Mapping[str, tuple[NameEvidence, ...]]) -> dict[str, dict[str, float]]:
    """By name, its weight in every cluster."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for cluster, rows in evidence.items():
        for row in count(rows):
            found[key(row.name)][cluster] = row.weight
    return dict(found)


def _known(
    cluster: str,
    rows: Sequence[tuple[FacePiece, SeenFace]],
    evidence: tuple[NameEvidence, ...],
    heaviest: Mapping[str, Mapping[str, float]],
) -> KnownFace:
    counts = tuple(count(evidence))
    rivals = {
        key(row.name): max((weight for other, weight in heaviest[key(row.name)].items() if other != cluster), default=0.0)
        for row in counts
    }
    naming = vote(counts, rivals)
    person = max((piece for piece, _ in rows if piece.person_id), key=lambda piece: piece.person_confidence, default=None)
    return KnownFace(
        id=cluster,
        name=person.person_name if person else naming.name,
        confidence=person.person_confidence if person else naming.confidence,
        reason="the people gallery" if person else naming.reason,
        person_id=person.person_id if person else None,
        face_ids=tuple(face.face_id for _, face in rows),
        image_ids=tuple(dict.fromkeys(face.image_id for _, face in rows)),
        article_ids=tuple(dict.fromkeys(piece.article_id for piece, _ in rows)),
        names=counts,
        evidence=evidence,
    )
