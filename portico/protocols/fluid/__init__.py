"""Fluid Rep API 1.0: reps in apps. What differs from it on purpose is told in docs/protocols/fluid.md."""
