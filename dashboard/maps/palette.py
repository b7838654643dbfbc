"""Colours, each with one meaning, for light and dark; the same values stand in assets/style.css as variables."""

#: Amount, seven steps, evenly spaced in lightness (checked for colour blindness and grey print): away from the ground in either
#: theme, so that more is always further from the paper. Light: pale sand to deep red; dark: deep red to pale sand.
RAMP = {
    "light": ("#fbe9c6", "#f8cf97", "#f3ae6d", "#e8854f", "#d25a3d", "#ad3232", "#7d1428"),
    "dark": ("#46232a", "#6a2b2f", "#923834", "#b94e3c", "#da724a", "#f0a065", "#fbd498"),
}

#: What stands out, three strengths each: chance makes as much in less than 10, 5 and 1 of 100. Away from the ground in either theme.
HOT = {"light": ("#eea48d", "#d6604d", "#b2182b"), "dark": ("#7d3036", "#c2404a", "#ff7062")}
COLD = {"light": ("#9dc4e2", "#4a90c8", "#2166ac"), "dark": ("#29527e", "#3a7fc2", "#7fbaf2")}
#: Silent, or no reports: drawn as a diagonal hatch, never as cold.
SILENT = {"light": "#8d83a0", "dark": "#8f84a6"}

LIGHT = {
    "water": "#dfe7ec",
    "neighbour": "#eceeea",
    "land": "#f7f8f5",
    "outline": "#b3b9b4",
    "district": "#c9cdc8",
    "line": "#2b3a42",
    "casing": "#ffffff",
    "corridor": "#6b7f95",
    "ink": "#1d2429",
    "muted": "#5b656c",
    "halo": "#ffffff",
    "accent": "#0f766e",
    "seizure": "#7d1428",
    "incident": "#1d2429",
    "post": "#2b3a42",
    "post_fill": "#ffffff",
    "ring": "#0f766e",
}
DARK = {
    "water": "#0f1418",
    "neighbour": "#14181c",
    "land": "#1b2026",
    "outline": "#434c55",
    "district": "#2f3740",
    "line": "#d5dde2",
    "casing": "#0b0e11",
    "corridor": "#8da2b8",
    "ink": "#e8ecef",
    "muted": "#a3adb5",
    "halo": "#12161a",
    "accent": "#2dd4bf",
    "seizure": "#fbd498",
    "incident": "#e8ecef",
    "post": "#d5dde2",
    "post_fill": "#1b2026",
    "ring": "#2dd4bf",
}
THEMES = {"light": LIGHT, "dark": DARK}
