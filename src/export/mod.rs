//! What is made from the definitions of the command line and of policies, for other programs to read.

pub(crate) mod completions;
