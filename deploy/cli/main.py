"""The command line ``newsgraph``: one file per command beside this one.

Exit codes: 0 all right, 1 something must change, 2 wrong usage, 3 the platform (or a part of it) does not answer, 130 Ctrl-C.
"""

import typer

from deploy.cli.demo import demo
from deploy.cli.doctor import doctor
from deploy.cli.eval import evaluate_task
from deploy.cli.faces import faces
from deploy.cli.gallery import gallery, people
from deploy.cli.ingest import ingest
from deploy.cli.jobs import jobs
from deploy.cli.kb import kb
from deploy.cli.models import models
from deploy.cli.show import show
from deploy.cli.status import status
from deploy.cli.up import up

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
app.add_typer(jobs, name="jobs")
app.add_typer(kb, name="kb")

if __name__ == "__main__":
    app()
