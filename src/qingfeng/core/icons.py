"""The icons: one outline each in a 16 by 16 box; a word always stands beside them."""

from __future__ import annotations

#: Inner SVG by name. They are trusted text of ours, never anybody's input.
ICONS: dict[str, str] = {
    # the eight kinds of status, told apart by shape alone
    "idle": '<circle cx="8" cy="8" r="5.5"/>',
    "active": '<circle cx="8" cy="8" r="5.5"/>'
    '<path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none"/>',
    "wait": '<path d="M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14"/>',
    "soon": '<path d="M8 2.2 14.2 13.2H1.8z"/><path d="M8 6.3v3.4M8 11.4v.1"/>',
    "over": '<path d="M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3z"'
    ' fill="currentColor" stroke="none"/><path d="M8 4.8v4M8 11v.1" class="ko"/>',
    "done": '<circle cx="8" cy="8" r="6" fill="currentColor" stroke="none"/>'
    '<path d="m5.2 8.2 2 2 3.6-4" class="ko"/>',
    "back": '<path d="M6 3.5 2.8 6.7 6 9.9"/><path d="M3 6.7h6.5a3.5 3.5 0 0 1 0 7H7"/>',
    "pause": '<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.4"/>',
    # navigation
    "today": '<path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.2V5M10.5 2.2V5"/>',
    "plan": '<path d="M3.5 2h6l3 3v9h-9zM9.5 2v3h3M5.5 8h5M5.5 10.8h5"/>',
    "duties": '<path d="m2 4.2 1.2 1.2L5.4 3M2 10.2l1.2 1.2L5.4 9M8 4.5h6M8 10.5h6"/>',
    "flag": '<path d="M4 14V2.2M4 2.8h8.2L10 5.7l2.2 2.9H4"/>',
    "case": '<path d="M2 5h12v8.5H2zM6 5V3h4v2M2 8.8h12"/>',
    "check": '<path d="M13.5 8A5.5 5.5 0 1 1 11 3.4"/><path d="m6 7.6 2 2 5-5.4"/>',
    "person": '<circle cx="8" cy="5" r="2.6"/>'
    '<path d="M2.8 14c.5-3 2.6-4.6 5.2-4.6s4.7 1.6 5.2 4.6"/>',
    "book": '<path d="M1.8 4.5C4 3.5 6 3.5 8 4.8c2-1.3 4-1.3 6.2-.3v8'
    'c-2.2-1-4.2-1-6.2.3-2-1.3-4-1.3-6.2-.3zM8 4.8v8"/>',
    "talk": '<path d="M2 3h12v8H7.5L4.5 13.5V11H2z"/>',
    "again": '<path d="M2.5 8A5.5 5.5 0 1 0 5 3.4"/>'
    '<path d="M5.8 1v3h-3"/><path d="M8 5v3.3l2.2 1.3"/>',
    "numbers": '<path d="M2.5 13.5h11M4.5 11V7.5M8 11V3M11.5 11V5.5"/>',
    "news": '<path d="M2.5 3h11v10h-11zM5 6h6M5 8.5h6M5 11h3.5"/>',
    "units": '<path d="M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5"/>',
    "key": '<circle cx="5" cy="11" r="2.7"/><path d="m7 9 6-6M10.5 5.5l2 2"/>',
    "trail": '<path d="M3 4h.1M3 8h.1M3 12h.1M6 4h7.5M6 8h7.5M6 12h7.5"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    # actions
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.3 10.3 3.7 3.7"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "up": '<path d="M8 13V3.5M4.5 7 8 3.5 11.5 7"/>',
    "download": '<path d="M8 2.5v7M5 6.7l3 3 3-3M2.5 12.5h11"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z"/>',
    "mark": '<path d="M4 2.5h8v11L8 10.7 4 13.5z"/>',
    "lock": '<rect x="3" y="7" width="10" height="6.5" rx="1"/>'
    '<path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.3V11M8 5v.1"/>',
    "barred": '<circle cx="8" cy="8" r="6"/><path d="m3.8 3.8 8.4 8.4"/>',
    "shield": '<path d="M8 1.8 13 3.7v4c0 3.2-2.2 5.4-5 6.5-2.8-1.1-5-3.3-5-6.5v-4z"/>'
    '<path d="m5.7 7.9 1.7 1.7 3-3.3"/>',
    "down": '<path d="m4 6 4 4 4-4"/>',
    "left": '<path d="m10 4-4 4 4 4"/>',
    "right": '<path d="m6 4 4 4-4 4"/>',
}
