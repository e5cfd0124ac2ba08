"""Regions of one thing through the keyframes of a video: by the overlap of boxes within a shot, by the face across shots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from services.visual_events.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.linking import EntityLinking, FaceCluster
from shared.schemas.situations import Track
from shared.schemas.video import Keyframe, Timeline
from shared.schemas.vision import Region

MODEL = "rules:video-tracks"
_TRACKED = ("object", "face", "flag", "logo", "landmark")


@dataclass
class _Line:
    """A track in the making; ``links``: how sure each step from region to region is."""

    label: str
    seen: list[tuple[int, Keyframe, Region]]
    links: list[float] = field(default_factory=list)
    cluster_id: str | None = None


def tracks_of(timeline: Timeline, regions: dict[str, list[Region]], linking: EntityLinking | None) -> tuple[Track, ...]:
    """Tracks of at least two regions, by their start; ``regions`` by image id."""
    lines: list[_Line] = []
    for number, keyframe in enumerate(timeline.keyframes):
        here = [region for region in regions.get(keyframe.image.image_id, ()) if region.kind in _TRACKED]
        _extend(lines, number, keyframe, here)
    lines = _join_faces(lines, linking) if linking else lines
    found = [_track(line, timeline) for line in lines if len(line.seen) > 1]
    return tuple(sorted(found, key=lambda track: (track.start, track.id)))


def _extend(lines: list[_Line], number: int, keyframe: Keyframe, here: Sequence[Region]) -> None:
    """Give each region to the open track of its label that overlaps most, best pairs first; the others begin new tracks."""
    still_open = [line for line in lines if _is_open(line, number, keyframe)]
    pairs = [(line.seen[-1][2].box.iou(r.box), a, b) for a, line in enumerate(still_open) for b, r in enumerate(here)]
    fitting = [p for p in pairs if p[0] >= LIMITS.min_track_overlap and still_open[p[1]].label == here[p[2]].label]
    used_lines, used_regions = set(), set()
    for overlap, a, b in sorted(fitting, key=lambda pair: (-pair[0], pair[1:])):
        if a not in used_lines and b not in used_regions:
            still_open[a].seen.append((number, keyframe, here[b]))
            still_open[a].links.append(overlap)
            used_lines.add(a)
            used_regions.add(b)
    lines += [_Line(r.label, [(number, keyframe, r)]) for b, r in enumerate(here) if b not in used_regions]


def _is_open(line: _Line, number: int, keyframe: Keyframe) -> bool:
    last, last_keyframe, _ = line.seen[-1]
    return last_keyframe.shot == keyframe.shot and number - last <= LIMITS.max_track_gap


def _join_faces(lines: list[_Line], linking: EntityLinking) -> list[_Line]:
    """One line for all persons, and one for all faces, of a face cluster."""
    cluster_of = {face_id: cluster for cluster in linking.clusters for face_id in cluster.face_ids}
    known = dict(cluster_of)
    for face in linking.faces:
        if face.person_region_id and face.region.id in cluster_of:
            known.setdefault(face.person_region_id, cluster_of[face.region.id])
    joined: dict[tuple[str, str], _Line] = {}
    rest: list[_Line] = []
    for line in lines:
        cluster = _cluster(line, known)
        if cluster is None:
            rest.append(line)
            continue
        key = (cluster.id, line.label)
        if key in joined:
            joined[key].seen += line.seen
            joined[key].links += [*line.links, cluster.confidence]
        else:
            joined[key] = line
            line.cluster_id = cluster.id
    return [*joined.values(), *rest]


def _cluster(line: _Line, known: dict[str, FaceCluster]) -> FaceCluster | None:
    """The face cluster that most regions of the line belong to."""
    votes = [known[region.id] for _, _, region in line.seen if region.id in known]
    return max(votes, key=lambda cluster: (votes.count(cluster), cluster.id), default=None)


def _track(line: _Line, timeline: Timeline) -> Track:
    seen = sorted(line.seen, key=lambda row: (row[0], row[2].id))
    stretches = [timeline.stretch(keyframe) for _, keyframe, _ in seen]
    region_ids = tuple(dict.fromkeys(region.id for _, _, region in seen))
    certainty = fmean(region.confidence for _, _, region in seen) * fmean(line.links)
    return Track(
        id=make_id("track", timeline.video_id, *region_ids),
        video_id=timeline.video_id,
        label=line.label,
        region_ids=region_ids,
        cluster_id=line.cluster_id,
        start=min(start for start, _ in stretches),
        end=max(end for _, end in stretches),
        confidence=round(certainty, 3),
        model=MODEL,
    )


def by_region(tracks: Iterable[Track]) -> dict[str, str]:
    """The track of each region."""
    return {region_id: track.id for track in tracks for region_id in track.region_ids}
