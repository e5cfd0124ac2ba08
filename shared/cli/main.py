"""The command line ``newsgraph``: one file per command beside this one.

Exit codes: 0 all right, 1 something must change, 2 wrong usage, 3 the platform (or a part of it) does not answer, 130 Ctrl-C.
"""

import typer

from shared.cli.demo import demo
from shared.cli.doctor import doctor
from shared.cli.eval import evaluate_task
from shared.cli.faces import faces
from shared.cli.gallery import gallery, people
from shared.cli.ingest import ingest
from shared.cli.kb import kb
from shared.cli.models import models
from shared.cli.show import show
from shared.cli.status import status
from shared.cli.up import up

app = typer.Typer(
    help="newsgraph turns news articles and photographs into a knowledge graph in which every fact shows its evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (up, demo, ingest, status, show, models, doctor):
    app.command()(command)
app.command("eval")(evaluate_task)
app.add_typer(gallery, name="gallery")
app.add_typer(people, name="people")
app.add_typer(faces, name="faces")
app.add_typer(kb, name="kb")

if __name__ == "__main__":
    app()
