/** How the flow page looks: on screens of any width, in light and dark, and on paper. */

import { colorDeclarations } from "./colors.ts";

/** The style sheet's text. A drawing that is too wide for its screen begins to be seen at its end, which is now. */
export const STYLE_SHEET = `:root{color-scheme:light dark;${colorDeclarations(false)}}
@media (prefers-color-scheme:dark){:root{${colorDeclarations(true)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
main:focus{outline:none}
header{padding-top:3rem}
footer{padding-top:2rem;padding-bottom:3rem}
h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:0 0 .25rem}
h2{font-size:1.25rem;font-weight:650;letter-spacing:-.01em;margin:0 0 .25rem}
h3{font-size:.9375rem;font-weight:600;margin:0 0 .5rem}
p{margin:0 0 1rem}
section{margin:0 0 3.5rem}
.quiet,.reading,.note,.empty,caption{color:var(--quiet)}
.reading{max-width:44rem;font-size:.9375rem}
.note{font-size:.875rem;margin:.5rem 0 0}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.25rem,1fr));gap:1.5rem 1rem;margin:2rem 0 0;padding:1.5rem 0;border:solid var(--rule);border-width:1px 0}
.tiles dt{font-size:.8125rem;color:var(--quiet)}
.tiles dd{margin:0;font-size:1.75rem;line-height:1.25;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tiles dd span{font-size:.8125rem;font-weight:400;letter-spacing:0;display:block}
text{fill:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
.drawing svg{display:block;width:100%;overflow:visible}
.fluid text{font-size:13px}
.wide{overflow-x:auto}
.drawing.wide{direction:rtl}
.drawing.wide svg{direction:ltr}
#main .wide svg{min-width:46rem;padding:2px 0}
.label,.count{fill:var(--ink)}
.figure{fill:var(--quiet)}
.grid{stroke:var(--rule);stroke-width:1}
.area{stroke:var(--paper);stroke-width:.6;stroke-linejoin:round}
.bar{fill:var(--bar)}
.late{fill:var(--late)}
.rest{opacity:.4}
.level{stroke:var(--ink);stroke-width:1.25;stroke-dasharray:5 4}
.point circle{fill:var(--bar);fill-opacity:.75;stroke:var(--paper);stroke-width:1}
.tip{visibility:hidden;fill:var(--ink);font-size:13px;paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round;pointer-events:none}
.point:hover .tip,.point:focus .tip{visibility:visible}
.point:hover circle,.point:focus circle{fill:var(--late);fill-opacity:1;stroke:var(--ink);stroke-width:2}
.point:focus{outline:none}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0 0;padding:0;font-size:.875rem}
.swatch{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.4rem;forced-color-adjust:none}
details{margin-top:1rem;font-size:.875rem}
summary{cursor:pointer;color:var(--accent);width:fit-content}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;width:max-content;min-width:min(100%,24rem);overflow-wrap:break-word}
caption{text-align:left;padding:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.375rem 1.5rem .375rem 0;border-bottom:1px solid var(--rule);font-weight:400;max-width:22rem}
thead th{font-weight:600}
.board{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:1.5rem 1rem;align-items:start}
.lane{border-top:4px solid;padding-top:.625rem;min-width:0}
.lane ul{list-style:none;margin:0;padding:0}
.card{background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:.5rem .75rem;margin:0 0 .5rem;font-size:.875rem;line-height:1.4}
.card .facts{display:block;color:var(--quiet);font-size:.8125rem;margin-top:.125rem}
.meanings dt{font-weight:600;margin-top:.5rem}
.meanings dd{margin:0}
@media (max-width:40rem){body{font-size:15px}header{padding-top:1.75rem}h1{font-size:1.5rem}section{margin-bottom:2.5rem}.tiles{grid-template-columns:1fr 1fr}.tiles dd{font-size:1.5rem}th,td{max-width:14rem}.spare{display:none}}
@media (prefers-reduced-motion:no-preference){.point circle{transition:fill-opacity .15s}}
@media print{:root{color-scheme:light;${colorDeclarations(false)}}body{font-size:11px}.skip,.tip,details:not([open]){display:none}section{break-inside:avoid}.wide{overflow:visible}table{width:auto;overflow-wrap:anywhere}#main .wide svg{min-width:0}header,main,footer{max-width:none;padding-left:0;padding-right:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
