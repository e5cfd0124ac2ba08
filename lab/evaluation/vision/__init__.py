"""The tasks of ``newsgraph eval`` over pictures: one module a task, each ending in its PictureTask."""
