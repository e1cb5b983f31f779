//! Exports of odd plans; `tests/hosts` gives those of real charts to the tools that they are for.
