const paths = {
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
  credits: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  plus: "M12 5v14M5 12h14",
  deadlines: "M5 5h14v15H5zM5 10h14M9 3v4M15 3v4",
  inbox: "M4 13 7 5h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5",
  files: "M4 7h4l2-3h4l2 3h4v12H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  programs: "M5 4h6a1 1 0 0 1 1 1v15a2 2 0 0 0-2-2H5zM19 4h-6a1 1 0 0 0-1 1v15a2 2 0 0 1 2-2h5z",
  organizations: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 20a6 6 0 0 1 12 0M16 11a3 3 0 1 0-1.500-5.600M17 14.200a6 6 0 0 1 4 5.800",
  settings: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.500v5M8 14.500v5",
  check: "m5 12.500 4.500 4.500L19 7.500",
  question: "M9 9a3 3 0 1 1 4 2.800c-.7.300-1 .8-1 1.700M12 17v.01",
  missing: "M12 7v6M12 17v.01",
  none: "M7 12h10",
  over: "M7 7l10 10M17 7 7 17",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
} as const;

/** Icon is a drawing beside a word: screen readers pass over it. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
