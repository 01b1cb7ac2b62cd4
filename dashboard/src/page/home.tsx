import { amountsOf, Bar, Mark, remainingOf, Ring } from "../component/progress";
import { Page } from "../component/page";
import { Empty, Loaded, Pages } from "../component/state";
import { Uploader } from "../component/upload";
import { daysBetween, today } from "../date";
import { type CertificationCardFragment, CertificationsDocument, DeadlinesDocument } from "../graph.generated";
import { useStandings } from "../live";
import { useViewer } from "../session";
import { useWords } from "../text/text";
import { DeadlineRow } from "./deadlines";

/** HomePage is where everything stands, and what is next. */
export function HomePage() {
  const { t } = useWords();
  const { name } = useViewer();
  useStandings();
  return (
    <Page
      title={t.greeting(name)}
      actions={
        <>
          <a class="button" href="/programs">
            {t.addCertification}
          </a>
          <a class="button primary" href="/credits/new">
            {t.logCredit}
          </a>
        </>
      }
    >
      <div class="columns">
        <section aria-labelledby="certifications">
          <h2 id="certifications">{t.yourCertifications}</h2>
          <Pages
            page={(after, more) => (
              <Loaded query={CertificationsDocument} variables={{ after }} types={["Certification"]}>
                {({ me }) =>
                  me && (
                    <>
                      {me.certifications.nodes.length === 0 && (
                        <Empty title={t.emptyTitle}>
                          <p>{t.empty}</p>
                          <a class="button primary" href="/programs">
                            {t.addCertification}
                          </a>
                        </Empty>
                      )}
                      <ul class="cards">
                        {me.certifications.nodes.map((certification) => (
                          <li key={certification.id}>
                            <Card certification={certification} />
                          </li>
                        ))}
                      </ul>
                      {more(me.certifications.pageInfo)}
                    </>
                  )
                }
              </Loaded>
            )}
          />
        </section>
        <div>
          <section aria-labelledby="certificates">
            <h2 id="certificates">{t.fromCertificate}</h2>
            <Uploader />
            <a href="/files">{t.allFiles}</a>
          </section>
          <ComingUp />
        </div>
      </div>
    </Page>
  );
}

const barsOfCard = 3;

function Card({ certification }: { certification: CertificationCardFragment }) {
  const words = useWords();
  const { t, shortDay } = words;
  const { program, cycle, standing } = certification;
  const [whole, ...parts] = amountsOf(standing.requirements);
  const open = parts.filter(({ outcome }) => outcome !== "MET");
  const shown = open.slice(0, barsOfCard);
  return (
    <article class="card certification">
      <Ring requirement={whole} outcome={standing.outcome} />
      <div class="card-head">
        <h3>
          <a class="whole" href={`/certifications/${certification.id}`}>
            {program.name}
          </a>
        </h3>
        <p class="muted">{program.body}</p>
        <p class="figures">
          <Mark outcome={standing.outcome} />
          {standing.outcome !== "MET" && <strong>{remainingOf(words, standing)}</strong>}
        </p>
        {cycle && (
          <p class="muted">
            {t.earnBy(shortDay(cycle.earnBy))} · {t.daysLeft(daysBetween(standing.asOf, cycle.earnBy))}
          </p>
        )}
      </div>
      {shown.length > 0 && (
        <div class="bars">
          {shown.map((requirement) => (
            <Bar key={requirement.id} requirement={requirement} />
          ))}
          {open.length > shown.length && <p class="muted">{t.andMore(open.length - shown.length)}</p>}
        </div>
      )}
    </article>
  );
}

const soonest = 6;

function ComingUp() {
  const { t } = useWords();
  const { timeZone } = useViewer();
  return (
    <section aria-labelledby="coming-up">
      <h2 id="coming-up">{t.comingUp}</h2>
      <Loaded query={DeadlinesDocument} variables={{ after: null }} types={["Deadline", "Certification"]}>
        {({ me }) => {
          const due = me?.deadlines.nodes.filter(({ status, dueOn }) => status === "UPCOMING" && dueOn >= today(timeZone)).slice(0, soonest) ?? [];
          return due.length === 0 ? (
            <p class="muted">{t.nothingDue}</p>
          ) : (
            <>
              <ol class="timeline">
                {due.map((deadline) => (
                  <DeadlineRow key={deadline.id} deadline={deadline} />
                ))}
              </ol>
              <a href="/deadlines">{t.allDeadlines}</a>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
