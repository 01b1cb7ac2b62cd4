import type { CombinedError } from "@urql/core";
import { useClient, useMutation } from "@urql/preact";
import { useRoute, useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { OpenFile, RemoveFile, useStatus } from "../component/file";
import { useUnclaimed } from "../component/form";
import { Page } from "../component/page";
import { Mark, remainingOf } from "../component/progress";
import { Loaded, Loading, NotFoundPage } from "../component/state";
import {
  AttachFileDocument,
  type CertificateReadFragment,
  ConfirmScanDocument,
  type ConfirmScanMutation,
  FileDocument,
  type FileQuery,
  LogCreditDocument,
  ReadFileDocument,
  VocabularyDocument,
} from "../graph.generated";
import { useSession } from "../session";
import { useWords } from "../text/text";
import { CreditForm, type Draft, type Held, inTime } from "./credit";

type File = Extract<NonNullable<FileQuery["node"]>, { __typename: "Evidence" }>;
type Scan = NonNullable<File["scan"]>;
type Confirmed = NonNullable<ConfirmScanMutation["confirmScan"]>;

/** FilePage waits until a file is read, and makes credits of what it says. */
export function FilePage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  return (
    <Loaded key={id} query={FileDocument} variables={{ id }} types={["Evidence"]} whole>
      {({ node }) => (node?.__typename === "Evidence" ? <Shown file={node} /> : <NotFoundPage />)}
    </Loaded>
  );
}

function Shown({ file }: { file: File }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const client = useClient();
  const status = useStatus(file.id, file.status);
  useEffect(() => {
    if (status !== file.status) {
      void client.query(FileDocument, { id: file.id }, { requestPolicy: "network-only" }).toPromise();
    }
  }, [status]);
  const name = file.fileName ?? t.fileWithoutName;
  const scan = file.scan;
  return (
    <Page
      title={name}
      actions={
        <>
          <OpenFile url={file.url} name={name} />
          <RemoveFile
            file={file}
            onRemoved={() => {
              say(t.fileRemoved);
              route("/files");
            }}
          />
        </>
      }
    >
      {status === "WAITING" || (status !== file.status && !scan) ? (
        <section aria-busy="true">
          <p role="status">{t.reading}</p>
          <Loading />
        </section>
      ) : (
        <Loaded query={VocabularyDocument} variables={{}} types={["Certification"]}>
          {({ me }) => {
            const held = me?.certifications.nodes ?? [];
            return scan && scan.certificates.length > 0 ? <Certificates file={file} scan={scan} held={held} /> : <Unread file={file} held={held} />;
          }}
        </Loaded>
      )}
    </Page>
  );
}

/** Unread is a file of which nothing is known but itself. */
function Unread({ file, held }: { file: File; held: Held }) {
  const { t } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [open, setOpen] = useState(false);
  const [{ error, fetching }, read] = useMutation(ReadFileDocument);
  const [, log] = useMutation(LogCreditDocument);
  const [, attach] = useMutation(AttachFileDocument);
  const problem = useUnclaimed(error);
  return (
    <>
      <div class="state">
        <p>{file.scan?.problem?.text ?? t.notRead}</p>
        <div class="actions">
          <button type="button" disabled={fetching} onClick={() => read({ input: { id: file.id } })}>
            {file.scan ? t.readAgain : t.readIt}
          </button>
          <button type="button" class="primary" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t.byHand}
          </button>
        </div>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      {open && (
        <section aria-labelledby="by-hand">
          <h2 id="by-hand">{t.byHand}</h2>
          <p>{t.byHandText}</p>
          <CreditForm
            held={held}
            reading={{
              said: null,
              below: () => null,
              onField: () => {},
              // Both may be repeated: the credit has its id from the form, and attaching again is no error.
              send: async (input) => {
                const { error, data } = await log({ input });
                const creditId = data?.logCredit?.credit?.id;
                if (error || !creditId) {
                  return error;
                }
                const attached = await attach({ input: { id: file.id, creditId } });
                if (attached.error) {
                  return attached.error;
                }
                say(t.logged);
                route(`/credits/${creditId}`);
                return undefined;
              },
            }}
          />
        </section>
      )}
    </>
  );
}

function Certificates({ file, scan, held }: { file: File; scan: Scan; held: Held }) {
  const { t } = useWords();
  const [index, setIndex] = useState(() => Math.max(0, scan.certificates.findIndex(({ credit }) => !credit)));
  const [confirmed, setConfirmed] = useState<Record<number, Confirmed>>({});
  const certificate = scan.certificates[index]!;
  const isDone = (one: CertificateReadFragment) => Boolean(one.credit ?? confirmed[one.index]);
  const next = scan.certificates.findIndex((one) => one.index !== certificate.index && !isDone(one));
  return (
    <>
      {scan.certificates.length > 1 && (
        <nav class="steps" aria-label={t.certificatesInFile}>
          <ol class="switch">
            {scan.certificates.map((one, at) => (
              <li key={one.index}>
                <button type="button" aria-current={at === index ? "step" : undefined} onClick={() => setIndex(at)}>
                  {t.certificateNumber(at + 1)} {isDone(one) && `(${t.certificateLogged})`}
                </button>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <Certificate
        key={certificate.index}
        file={file}
        scan={scan}
        certificate={certificate}
        held={held}
        confirmed={confirmed[certificate.index]}
        onConfirmed={(one) => setConfirmed((confirmed) => ({ ...confirmed, [certificate.index]: one }))}
        onNext={next >= 0 ? () => setIndex(next) : undefined}
      />
    </>
  );
}

interface CertificateProps {
  file: File;
  scan: Scan;
  certificate: CertificateReadFragment;
  held: Held;
  confirmed?: Confirmed;
  onConfirmed: (confirmed: Confirmed) => void;
  onNext?: () => void;
}

/** Values of which this share is right need no second look. */
const sure = 0.95;

function Certificate({ file, scan, certificate, held, confirmed, onConfirmed, onNext }: CertificateProps) {
  const { t, amount, day } = useWords();
  const [field, setField] = useState("");
  const [, confirm] = useMutation(ConfirmScanDocument);
  const form = useRef<HTMLDivElement>(null);
  const { draft } = certificate;
  const credit = confirmed?.credit ?? certificate.credit;
  const [whole] = certificate.amounts;

  const below = (name: string, change: (part: Partial<Draft>) => void, entered: Draft) => {
    const missing = draft.missing.includes(name);
    switch (name) {
      case "title":
      case "provider": {
        const read = certificate[name];
        return <Below read={read} missing={missing} options={read.others.map(({ value }) => ({ text: value, take: () => change({ [name]: value }) }))} />;
      }
      case "completedOn":
        return (
          <Below
            read={certificate.completedOn}
            missing={missing}
            options={certificate.completedOn.others.map(({ value }) => ({ text: day(value), take: () => change({ completedOn: value }) }))}
          />
        );
      case "format":
        return <Below read={certificate.format} missing={false} options={[]} />;
      case "amount": {
        const options = (whole?.others ?? []).map((other) => ({
          text: t.readAmount(amount(other.amount), other.unit === "unknown" ? "" : other.unit.replaceAll("-", " ")),
          take: () => {
            const minutes = Math.round(Number(other.amount) * 60);
            change(entered.unit === inTime ? { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) } : { amount: other.amount });
          },
        }));
        return <Below read={whole} missing={missing} options={options} />;
      }
      default:
        return null;
    }
  };

  return (
    <div class="reading">
      <Pictures
        file={file}
        scan={scan}
        certificate={certificate}
        active={field}
        onField={(name) => {
          setField(name);
          form.current?.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, select)`)?.focus();
        }}
      />
      <div ref={form} class="read">
        {credit ? (
          <Logged credit={credit} confirmed={confirmed} onNext={onNext} />
        ) : (
          <>
            {certificate.nameMatch === "DIFFERENT" && (
              <p class="banner" role="note">
                {certificate.participant.chosen ? t.otherName(certificate.participant.chosen.value) : t.otherNameUnknown}
              </p>
            )}
            <Duplicates file={file} duplicates={draft.duplicates} />
            <CreditForm
              held={held}
              reading={{
                said: draft,
                below,
                onField: setField,
                send: async (input): Promise<CombinedError | undefined> => {
                  const { data, error } = await confirm({ input: { evidenceId: file.id, certificate: certificate.index, credit: input } });
                  if (data?.confirmScan) {
                    onConfirmed(data.confirmScan);
                  }
                  return error;
                },
              }}
            />
          </>
        )}
      </div>
    </div>
  );
}

interface BelowProps {
  read?: { chosen: { confidence: number } | null; question: string | null };
  missing: boolean;
  options: { text: string; take: () => void }[];
}

/** Below says under a field how sure what was read is, and what else it may be. */
function Below({ read, missing, options }: BelowProps) {
  const { t } = useWords();
  const chosen = read?.chosen;
  const asked = read?.question === "DAY_MONTH" ? t.readDayMonth : chosen ? t.readOthers : t.readUnsure;
  const isSure = chosen && chosen.confidence >= sure;
  if (!chosen && !missing && options.length === 0) {
    return null;
  }
  return (
    <div class="below">
      {chosen && <small class={isSure ? "fine" : "check-it"}>{isSure ? t.readSure : t.readCheck}</small>}
      {!chosen && missing && options.length === 0 && <small class="check-it">{t.readMissing}</small>}
      {/* Of what is sure nothing else is offered. */}
      {options.length > 0 && !isSure && (
        <div role="group" aria-label={asked} class="actions">
          <small>{asked}</small>
          {options.map(({ text, take }) => (
            <button key={text} type="button" class="choice" onClick={take}>
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

interface Place {
  field: string;
  page: number;
  box: { x: number; y: number; width: number; height: number };
}

function placesOf({ title, provider, completedOn, format, amounts }: CertificateReadFragment): Place[] {
  const read = [
    ["title", title.chosen],
    ["provider", provider.chosen],
    ["completedOn", completedOn.chosen],
    ["format", format.chosen],
    ...amounts.map(({ chosen }) => ["amount", chosen] as const),
  ] as const;
  return read.flatMap(([field, chosen]) => (chosen ? [{ field, page: chosen.page, box: chosen.box }] : []));
}

interface PicturesProps {
  file: File;
  scan: Scan;
  certificate: CertificateReadFragment;
  active: string;
  onField: (field: string) => void;
}

function Pictures({ file, scan, certificate, active, onField }: PicturesProps) {
  const { t } = useWords();
  const around = useRef<HTMLElement>(null);
  const places = placesOf(certificate);
  useEffect(() => {
    const box = around.current?.querySelector(".place.active")?.getBoundingClientRect();
    if (box && around.current) {
      const outer = around.current.getBoundingClientRect();
      around.current.scrollBy({ top: box.top + box.height / 2 - outer.top - outer.height / 2 });
    }
  }, [active]);
  return (
    <section class="pictures" ref={around} tabIndex={0} aria-label={file.fileName ?? t.fileWithoutName}>
      {scan.pages
        .filter(({ index }) => certificate.pages.includes(index))
        .map((page) => (
          <Picture key={page.index} fileId={file.id} page={page} places={places.filter((place) => place.page === page.index)} active={active} onField={onField} />
        ))}
    </section>
  );
}

/** Picture is a page with its places, which a pointer can choose; by keyboard they are reached through the fields. */
function Picture({ fileId, page, places, active, onField }: { fileId: string; page: Scan["pages"][number]; places: Place[] } & Pick<PicturesProps, "active" | "onField">) {
  const { t } = useWords();
  const client = useClient();
  // The address that was first shown stays: each answer has another.
  const [source, setSource] = useState(page.imageUrl);
  const [tries, setTries] = useState(0);
  const again = async () => {
    setTries(tries + 1);
    if (tries === 0) {
      // It has worked for its 15 minutes.
      const { data } = await client.query(FileDocument, { id: fileId }, { requestPolicy: "network-only" }).toPromise();
      const node = data?.node;
      const found = node?.__typename === "Evidence" && node.scan?.pages.find(({ index }) => index === page.index);
      if (found) {
        setSource(found.imageUrl);
      }
    }
  };
  if (tries > 1) {
    return <p class="state">{t.pageGone}</p>;
  }
  return (
    <div class="picture">
      <img src={source} width={Math.round(page.width)} height={Math.round(page.height)} alt={t.pageNumber(page.index + 1)} onError={again} onLoad={() => setTries(0)} />
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {places.map(({ field, box: { x, y, width, height } }, at) => (
          <rect key={at} class={`place ${field === active ? "active" : ""}`} data-place={field} x={x} y={y} width={width} height={height} onClick={() => onField(field)} />
        ))}
      </svg>
    </div>
  );
}

function Duplicates({ file, duplicates }: { file: File; duplicates: CertificateReadFragment["draft"]["duplicates"] }) {
  const { t, shortDay } = useWords();
  const { say } = useSession();
  const { route } = useLocation();
  const [{ error }, attach] = useMutation(AttachFileDocument);
  const problem = useUnclaimed(error);
  if (duplicates.length === 0) {
    return null;
  }
  return (
    <section class="card attention" aria-labelledby="duplicates">
      <h2 id="duplicates">{duplicates.some(({ same }) => same) ? t.duplicateSame : t.duplicate}</h2>
      <ul class="rows">
        {duplicates.map(({ credit }) => (
          <li key={credit.id}>
            <a href={`/credits/${credit.id}`}>{credit.title}</a> · <time dateTime={credit.completedOn}>{shortDay(credit.completedOn)}</time>{" "}
            <button
              type="button"
              class="quiet"
              onClick={async () => {
                const { data } = await attach({ input: { id: file.id, creditId: credit.id } });
                if (data?.attachEvidence) {
                  say(t.attached);
                  route(`/credits/${credit.id}`);
                }
              }}
            >
              {t.attachTo(credit.title)}
            </button>
          </li>
        ))}
      </ul>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** Logged is what became of a certificate, and where its person stands with it. */
function Logged({ credit, confirmed, onNext }: { credit: { id: string; title: string }; confirmed?: Confirmed; onNext?: () => void }) {
  const words = useWords();
  const { t } = words;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (confirmed) {
      heading.current?.focus();
    }
  }, []);
  return (
    <section class="card" aria-labelledby="logged">
      <h2 id="logged" tabIndex={-1} ref={heading}>
        {confirmed ? t.logged : t.loggedAs}
      </h2>
      <p>
        <a href={`/credits/${credit.id}`}>{credit.title}</a>
      </p>
      {confirmed && confirmed.certifications.length > 0 && (
        <>
          <h3>{t.nowStands}</h3>
          <ul class="rows">
            {confirmed.certifications.map(({ id, program, standing }) => (
              <li key={id}>
                <a href={`/certifications/${id}`}>{program.name}</a> <Mark outcome={standing.outcome} /> {standing.outcome !== "MET" && remainingOf(words, standing)}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="actions">
        {onNext && (
          <button type="button" class="primary" onClick={onNext}>
            {t.nextCertificate}
          </button>
        )}
        <a class="button" href="/credits">
          {t.toCredits}
        </a>
        <a class="button" href="/files">
          {t.allFiles}
        </a>
      </div>
    </section>
  );
}
