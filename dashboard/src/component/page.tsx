import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useWords } from "../text/text";

let pages = 0;

/** Page is what a path shows. Its heading names the window and takes the focus when the page was reached from another. */
export function Page({ title, lead, actions, children, narrow }: { title: string; lead?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren; narrow?: boolean }) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (pages++ > 0) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, []);
  useLayoutEffect(() => {
    document.title = title === t.appName ? title : `${title} · ${t.appName}`;
  }, [title, t]);
  return (
    <main id="content" class={narrow ? "narrow" : undefined}>
      <header class="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
