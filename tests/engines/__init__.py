"""The engines that people have, each in a machine made for it: ``./tutorial test --engine NAME``."""
