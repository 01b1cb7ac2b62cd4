import type { CombinedError } from "@urql/core";
import type { ComponentChildren, FunctionComponent, PartialInputHTMLAttributes } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { codeOf, problemsOf } from "../client";
import { useWords } from "../text/text";

/** sentence makes one of a field's label and what the API says of it: "must be given". */
const sentence = (label: string, problem: string) => `${label}: ${problem}`;

interface FieldProps {
  label: string;
  hint?: string;
  optional?: boolean;
  problem?: string;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ComponentChildren;
}

/** remarksOf names what Remarks shows, for the control that it is about. */
const remarksOf = (id: string, hint?: string, problem?: string) => [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || undefined;

/** Remarks are a control's hint and what is wrong with it. */
function Remarks({ id, label, hint, problem }: { id: string; label: string; hint?: string; problem?: string }) {
  return (
    <>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {problem && (
        <small id={`${id}-problem`} class="problem">
          {sentence(label, problem)}
        </small>
      )}
    </>
  );
}

/** Field is one control with its label, its hint and what is wrong with it. */
export function Field({ label, hint, optional, problem, children }: FieldProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>({t.optional})</small>}
      </label>
      {children({ id, "aria-describedby": remarksOf(id, hint, problem), "aria-invalid": problem ? true : undefined })}
      <Remarks id={id} label={label} hint={hint} problem={problem} />
    </div>
  );
}

interface InputProps extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, "onInput" | "value" | "role" | "type" | "list"> {
  type?: "text" | "email" | "date" | "time" | "number" | "password";
  label: string;
  hint?: string;
  optional?: boolean;
  problem?: string;
  value: string;
  onValue: (value: string) => void;
}

/** Control is an input element of any type: preact's own types know it only by a type that is written down. */
const Control = "input" as unknown as FunctionComponent<PartialInputHTMLAttributes<HTMLInputElement> & { type?: string }>;

export function Input({ label, hint, optional, problem, onValue, ...attributes }: InputProps) {
  return (
    <Field label={label} hint={hint} optional={optional} problem={problem}>
      {(field) => <Control {...field} required={!optional} {...attributes} onInput={(event) => onValue(event.currentTarget.value)} />}
    </Field>
  );
}

/** Password is an input that can be made readable. */
export function Password(props: Omit<InputProps, "type">) {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  const { label, hint, optional, problem, onValue, ...attributes } = props;
  return (
    <Field label={label} hint={hint} optional={optional} problem={problem}>
      {(field) => (
        <span class="with-button">
          <Control {...field} required maxLength={256} {...attributes} type={shown ? "text" : "password"} onInput={(event) => onValue(event.currentTarget.value)} />
          <button type="button" class="quiet" aria-pressed={shown} aria-label={`${shown ? t.hidePassword : t.showPassword}: ${label}`} onClick={() => setShown(!shown)}>
            {shown ? t.hidePassword : t.showPassword}
          </button>
        </span>
      )}
    </Field>
  );
}

interface SelectProps {
  label: string;
  hint?: string;
  optional?: boolean;
  problem?: string;
  value: string;
  onValue: (value: string) => void;
  options: { id: string; name: string }[];
}

export function Select({ label, hint, optional, problem, value, onValue, options }: SelectProps) {
  return (
    <Field label={label} hint={hint} optional={optional} problem={problem}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map(({ id, name }) => (
            <option key={id} value={id} selected={id === value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ChoicesProps {
  label: string;
  hint?: string;
  problem?: string;
  options: { id: string; name: string }[];
  chosen: string[];
  onChosen: (chosen: string[]) => void;
}

/** Choices are any number of a few, as boxes to tick. */
export function Choices({ label, hint, problem, options, chosen, onChosen }: ChoicesProps) {
  const id = useId();
  return (
    <fieldset class="choices" aria-describedby={remarksOf(id, hint, problem)}>
      <legend>{label}</legend>
      {options.map(({ id, name }) => (
        <label key={id} class="chip">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChosen(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          <span>{name}</span>
        </label>
      ))}
      <Remarks id={id} label={label} hint={hint} problem={problem} />
    </fieldset>
  );
}

interface OptionsProps {
  label: string;
  options: { id: string; name: string }[];
  /** "" while nothing was chosen. */
  chosen: string;
  onChosen: (chosen: string) => void;
}

/** Options are a few of which one must be chosen. */
export function Options({ label, options, chosen, onChosen }: OptionsProps) {
  const name = useId();
  return (
    <fieldset>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.id} class="check">
          <input type="radio" name={name} required checked={chosen === option.id} onChange={() => onChosen(option.id)} />
          <span>{option.name}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Check is a single box to tick. */
export function Check({ label, checked, onChecked }: { label: string; checked: boolean; onChecked: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

interface FormProps {
  onSubmit: () => Promise<unknown>;
  error?: CombinedError;
  /** The fields that show what is wrong with them themselves. */
  fields?: string[];
  /** What people call those that do not. */
  names?: Record<string, string>;
  submit: string;
  children: ComponentChildren;
  beside?: ComponentChildren;
  busy?: boolean;
  /** Whether what it does cannot be undone. */
  danger?: boolean;
}

/** Form sends once at a time and says why nothing was saved. What was entered stays. */
export function Form({ onSubmit, error, fields, names, submit, children, beside, busy, danger }: FormProps) {
  const { t } = useWords();
  const [sending, setSending] = useState(false);
  const alert = useRef<HTMLParagraphElement>(null);
  const rest = useUnclaimed(error, fields, names);
  useEffect(() => {
    if (rest) {
      alert.current?.focus();
    }
  }, [error]);
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        if (!sending) {
          setSending(true);
          await onSubmit().finally(() => setSending(false));
        }
      }}
    >
      {children}
      {rest && (
        <p class="problem" role="alert" tabIndex={-1} ref={alert}>
          {rest}
        </p>
      )}
      <div class="actions">
        <button class={danger ? "danger" : "primary"} disabled={sending || busy} aria-busy={sending}>
          {submit}
        </button>
        {codeOf(error) === "CONFLICT" && (
          <button type="button" onClick={() => location.reload()}>
            {t.reload}
          </button>
        )}
        {beside}
      </div>
    </form>
  );
}

/** useUnclaimed is what an error says beside its fields, "" for nothing. */
export function useUnclaimed(error: CombinedError | undefined, fields: string[] = [], names: Record<string, string> = {}): string {
  const { t } = useWords();
  if (codeOf(error) === "OFFLINE") {
    return t.unreachable;
  }
  return Object.entries(problemsOf(error))
    .filter(([path]) => !fields.includes(path))
    .map(([path, problem]) => (names[path] ? sentence(names[path], problem) : problem))
    .join(" ");
}

/** Problem says why what a button was to do was not done. What was out of date is there after loading the page again. */
export function Problem({ error, fields, stale }: { error: CombinedError | undefined; fields?: string[]; stale?: boolean }) {
  const { t } = useWords();
  const text = useUnclaimed(error, fields);
  if (!text) {
    return null;
  }
  return (
    <div class="actions" role="alert">
      <p class="problem">{text}</p>
      {stale && codeOf(error) === "CONFLICT" && (
        <button type="button" onClick={() => location.reload()}>
          {t.reload}
        </button>
      )}
    </div>
  );
}

interface ReasonedProps {
  label: string;
  /** What it acts on, where the button stands beside others like it. */
  about?: string;
  text?: string;
  /** What is asked for. */
  reason: string;
  hint: string;
  danger?: boolean;
  error?: CombinedError;
  /** Acts, and returns whether it was done. */
  onSure: (reason: string) => Promise<boolean>;
}

const longestReason = 500;

/** Reasoned is a button that asks why before it acts. */
export function Reasoned({ label, about, text, reason: asked, hint, danger, error, onSure }: ReasonedProps) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const used = useRef(false);
  useEffect(() => {
    // The focus goes along, there and back.
    if (used.current) {
      (area.current ?? button.current)?.focus();
    }
  }, [asking]);
  const ask = (asked: boolean) => {
    used.current = true;
    setAsking(asked);
  };
  const name = about ? `${label}: ${about}` : label;
  if (!asking) {
    return (
      <button type="button" class={danger ? "quiet danger" : "quiet"} ref={button} aria-label={name} onClick={() => ask(true)}>
        {label}
      </button>
    );
  }
  return (
    <div class="reasoned" role="group" aria-label={name}>
      {text && <p>{text}</p>}
      <Form
        submit={label}
        danger={danger}
        error={error}
        fields={["reason"]}
        beside={
          <button type="button" class="quiet" onClick={() => ask(false)}>
            {t.cancel}
          </button>
        }
        onSubmit={async () => {
          if (await onSure(reason)) {
            setReason("");
            ask(false);
          }
        }}
      >
        <Field label={asked} hint={hint} problem={problemsOf(error)["reason"]}>
          {(field) => (
            <textarea {...field} ref={area} required rows={2} maxLength={longestReason} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
          )}
        </Field>
      </Form>
    </div>
  );
}

interface DangerousProps {
  label: string;
  /** What it acts on, where the button stands beside others like it. */
  about?: string;
  text?: string;
  sure: string;
  onSure: () => Promise<unknown>;
}

/** Dangerous is a button that asks once more before it acts. */
export function Dangerous({ label, about, text, sure, onSure }: DangerousProps) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const [acting, setActing] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const used = useRef(false);
  useEffect(() => {
    // The focus goes along, there and back.
    if (used.current) {
      first.current?.focus();
    }
  }, [asking]);
  const ask = (asked: boolean) => {
    used.current = true;
    setAsking(asked);
  };
  if (!asking) {
    return (
      <button type="button" class="quiet danger" ref={first} aria-label={about && `${label}: ${about}`} onClick={() => ask(true)}>
        {label}
      </button>
    );
  }
  return (
    <div class="actions" role="group" aria-label={about ? `${label}: ${about}` : label}>
      {text && <p>{text}</p>}
      <button
        type="button"
        class="danger"
        ref={first}
        disabled={acting}
        onClick={async () => {
          setActing(true);
          await onSure().finally(() => setActing(false));
        }}
      >
        {sure}
      </button>
      <button type="button" class="quiet" onClick={() => ask(false)}>
        {t.cancel}
      </button>
    </div>
  );
}
