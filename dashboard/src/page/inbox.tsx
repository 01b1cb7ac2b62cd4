import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { useUnclaimed } from "../component/form";
import { Page } from "../component/page";
import { Empty, Loaded, Pages } from "../component/state";
import { InboxDocument, type InboxQuery, MarkNotificationsReadDocument } from "../graph.generated";
import { useViewer } from "../session";
import { useWords } from "../text/text";

type Notification = NonNullable<InboxQuery["me"]>["notifications"]["nodes"][number];

export function InboxPage() {
  const { t } = useWords();
  const { unreadCount } = useViewer();
  const [{ error }, mark] = useMutation(MarkNotificationsReadDocument);
  // Shown as read at once: if the server was not reached, the next answer says so again.
  const [read, setRead] = useState<Set<string> | "all">(new Set());
  const problem = useUnclaimed(error);
  const isRead = (notification: Notification) => notification.readAt !== null || read === "all" || read.has(notification.id);
  return (
    <Page
      title={t.inbox}
      narrow
      actions={
        <button
          type="button"
          disabled={unreadCount === 0}
          onClick={async () => {
            setRead("all");
            if ((await mark({ input: {} })).error) {
              setRead(new Set());
            }
          }}
        >
          {t.markAllRead}
        </button>
      }
    >
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Pages
        page={(after, more) => (
          <Loaded query={InboxDocument} variables={{ unreadOnly: false, after }} types={["Notification", "MarkNotificationsReadPayload"]}>
            {({ me }) => {
              const { nodes, pageInfo } = me!.notifications;
              if (nodes.length === 0 && after === null) {
                return (
                  <Empty title={t.inboxEmpty}>
                    <p>{t.inboxEmptyText}</p>
                  </Empty>
                );
              }
              return (
                <>
                  <ul class="inbox">
                    {nodes.map((notification) => (
                      <Row
                        key={notification.id}
                        notification={notification}
                        read={isRead(notification)}
                        onRead={() => {
                          setRead((read) => (read === "all" ? read : new Set([...read, notification.id])));
                          void mark({ input: { ids: [notification.id] } });
                        }}
                      />
                    ))}
                  </ul>
                  {more(pageInfo)}
                </>
              );
            }}
          </Loaded>
        )}
      />
    </Page>
  );
}

function Row({ notification, read, onRead }: { notification: Notification; read: boolean; onRead: () => void }) {
  const { t, moment, day, amount } = useWords();
  return (
    <li class={`card ${read ? "read" : "unread"}`}>
      <p class="muted">
        {!read && <span class="tag own">{t.isNew}</span>} <time dateTime={notification.createdAt}>{moment(notification.createdAt)}</time>
      </p>
      {notification.kind === "TEST" ? (
        <p>{t.test}</p>
      ) : notification.kind === "CREDITS" ? (
        <ul class="items">
          {notification.credits.map((news) => (
            <li key={news.creditId + news.organizationId}>
              <p class="what">
                {news.event === "WITHDRAWN" ? (
                  t.creditNews[news.event](news.organizationName, news.title)
                ) : (
                  <a href={`/credits/${news.creditId}`} onClick={() => !read && onRead()}>
                    {t.creditNews[news.event](news.organizationName, news.title)}
                  </a>
                )}
              </p>
              <p class="muted">{[day(news.completedOn), news.reason !== null && t.reasonOf(news.reason)].filter(Boolean).join(" · ")}</p>
            </li>
          ))}
        </ul>
      ) : (
        <ul class="items">
          {notification.items.map((item) => (
            <li key={item.deadlineId}>
              <p class="what">
                {item.certificationId ? (
                  <a href={`/certifications/${item.certificationId}`} onClick={() => !read && onRead()}>
                    {item.title}
                  </a>
                ) : (
                  item.title
                )}
              </p>
              <p class="muted">
                {[
                  item.programName,
                  t.reminderOf(day(item.dueOn)),
                  item.remaining !== null && Number(item.remaining) > 0 && t.toGo(amount(item.remaining), item.unitName ?? ""),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </li>
          ))}
        </ul>
      )}
      {!read && (
        <button type="button" class="quiet" onClick={onRead}>
          {t.markRead}
        </button>
      )}
    </li>
  );
}
