import { useId } from "preact/hooks";
import { useSession } from "../session";
import { useWords } from "../text/text";

/** Once shows a secret that is never shown again, to be copied. */
export function Once({ label, hint, value }: { label: string; hint: string; value: string }) {
  const { t } = useWords();
  const { say } = useSession();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="with-button">
        <input id={id} readOnly value={value} aria-describedby={`${id}-hint`} onFocus={(event) => event.currentTarget.select()} />
        <button
          type="button"
          onClick={async () => {
            await navigator.clipboard?.writeText(value);
            say(t.copied);
          }}
        >
          {t.copy}
        </button>
      </span>
      <small id={`${id}-hint`} class="hint">
        {hint}
      </small>
    </div>
  );
}
