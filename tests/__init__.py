"""Everything is asked as its users ask it: over HTTP and by the command, with a real database."""

import os
import sys

# Some machines forbid Python to keep what it has compiled. Here hundreds of processes would each do it all anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
