#![cfg_attr(fuzzing, no_main)]
awsp_fuzz::target!(awsp_fuzz::properties::resolve::holds);
