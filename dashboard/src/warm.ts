// Runs beside the page. Before a browser writes its first figure and its first day it looks through all the languages that it knows, which takes a
// phone a quarter of a second, once for all of a page's threads.
new Intl.NumberFormat();
new Intl.DateTimeFormat();
close();
