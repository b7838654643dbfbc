/* The only thing that moves on the brief: its print button. */
"use strict";
document.getElementById("print").addEventListener("click", () => window.print());
