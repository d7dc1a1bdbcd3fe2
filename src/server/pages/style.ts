/** The style sheet: dense, quiet, in the system's fonts and colours for light and dark. Every text has a contrast of 4.5 or more. */

export const style = `:root{color-scheme:light dark;--ground:#fff;--raised:#f4f5f7;--text:#1c1e21;--dim:#5a6068;--line:#d5d8dc;--link:#1a56b0;
--ok:#14652a;--ok-ground:#e4f3e6;--care:#8a4b00;--care-ground:#fdf0d8;--bad:#a8121f;--bad-ground:#fde7e7;--unknown:#4a4f56;--unknown-ground:#e9ebee}
@media (prefers-color-scheme:dark){:root{--ground:#16181b;--raised:#1f2226;--text:#e3e5e8;--dim:#a2a9b2;--line:#363b42;--link:#8ab8ff;
--ok:#84d694;--ok-ground:#17301c;--care:#f2bd62;--care-ground:#352809;--bad:#ff9a94;--bad-ground:#421a1b;--unknown:#c0c5cc;--unknown-ground:#2b2f35}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
main:focus{outline:none}
.skip{position:absolute;left:-100vw;top:0;padding:.5rem 1rem;background:var(--ground);z-index:2}
.skip:focus{left:0}
.ear{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.25rem;padding:.5rem 1.25rem;border-bottom:1px solid var(--line);background:var(--raised)}
header nav{display:flex;flex-wrap:wrap;gap:.1rem .9rem}
header .product{font-weight:600}
header [aria-current]{color:var(--text);font-weight:600;text-decoration:none}
header .live{margin-left:auto;color:var(--dim)}
main{max-width:100rem;padding:.75rem 1.25rem 3rem}
h1,h2,h3{line-height:1.25;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:.5rem 0}
h2{font-size:1.05rem;margin:1.75rem 0 .4rem}
h3{font-size:.95rem;margin:1rem 0 .3rem}
p{margin:.4rem 0}
.verdict{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .6rem;padding-left:.7rem;border-left:.35rem solid var(--unknown)}
.verdict.ok{border-color:var(--ok)}.verdict.care{border-color:var(--care)}.verdict.bad{border-color:var(--bad)}
.verdict .cluster{font-weight:400}
.verdict .badge{font-size:1em}
.reasons{margin:.4rem 0 0;padding:0;list-style:none;overflow-wrap:anywhere}
.reasons li{margin:.2rem 0}
.badge{display:inline-block;padding:0 .45em;border-radius:.25em;font-size:.8125rem;font-weight:600;line-height:1.55;white-space:nowrap;vertical-align:baseline;color:var(--unknown);background:var(--unknown-ground)}
.badge.ok{color:var(--ok);background:var(--ok-ground)}.badge.care{color:var(--care);background:var(--care-ground)}.badge.bad{color:var(--bad);background:var(--bad-ground)}
.ok{color:var(--ok)}.care{color:var(--care)}.bad{color:var(--bad)}
.verdict.ok,.verdict.care,.verdict.bad{color:inherit}
span.bad,a.bad{font-weight:600}
.dim,.absent{color:var(--dim)}
.sub{display:block;font-size:.8125rem;font-weight:400}
span.sub.bad{font-weight:600}
.scroll{position:relative;overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.28rem 1.1rem .28rem 0;text-align:left;vertical-align:top;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{font-size:.8125rem;font-weight:600;color:var(--dim);vertical-align:bottom}
thead a{color:inherit;text-decoration:none}
thead a:hover{text-decoration:underline}
.arrow{font-size:.7em}
tbody th{font-weight:500}
.number{text-align:right;padding-left:.6rem}
.mono,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;font-size:.8125rem}
.name,.value,.detail,.wrap,.reasons,.matrix tbody th{white-space:normal;overflow-wrap:anywhere}
.name{min-width:9rem;max-width:34rem}
.value{min-width:13rem;max-width:40rem}
.wrap{min-width:20rem}
.detail{min-width:12rem;max-width:34rem}
span.detail{display:block}
.matrix tbody th{min-width:8rem}
.differences tbody+tbody,.differences tbody:first-of-type{border-top:1px solid var(--line)}
.legend{font-size:.8125rem;max-width:60rem}
.filter{display:flex;flex-wrap:wrap;align-items:end;gap:.5rem .9rem;margin:.6rem 0}
.filter label{display:flex;flex-direction:column;gap:.1rem;font-size:.8125rem;color:var(--dim);max-width:100%}
input,select,button{font:inherit;color:var(--text);background:var(--ground);border:1px solid var(--dim);border-radius:.25rem;padding:.2rem .5rem;max-width:100%}
input[type=search]{width:20rem}
button{background:var(--raised);cursor:pointer}
.pager{display:flex;gap:1rem;margin:.6rem 0}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 2.2rem;margin:.4rem 0}
.facts dt{font-size:.8125rem;color:var(--dim)}
.facts dd{margin:0;overflow-wrap:anywhere}
#live-notice{margin:0;padding:.45rem 1.25rem;background:var(--care-ground);color:var(--care);font-weight:600}
#live-notice:empty{display:none}
@media (max-width:40rem){header,main,#live-notice{padding-left:.75rem;padding-right:.75rem}h1{font-size:1.25rem}header .live{margin-left:0}th,td{padding-right:.8rem}.name{min-width:7rem}.value{min-width:11rem}}
@media print{header nav,.live,.language,.filter,.pager{display:none}}
`;
