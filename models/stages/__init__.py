"""Internal values that pass from stage to stage; free to change."""
