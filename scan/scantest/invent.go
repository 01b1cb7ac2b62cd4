package scantest

// pool is what a part of the set draws from; no two parts share a place, a name or a title.
type pool struct {
	places   []string
	names    []string
	suffixes int // which half of a domain's
}

var pools = map[string]pool{
	Tuning: {
		places: []string{
			"Cedar Valley", "Northgate", "Blue Harbor", "Summit", "Lakeshore", "Brightwater", "Fairmont", "Granite State",
			"Riverbend", "Oakfield", "Pinecrest", "Silver Creek", "Westbrook", "Meridian", "Hawthorne", "Redwood",
		},
		names: []string{
			"Jane Doe", "Maria L. Alvarez", "Robert Chen", "Amélie Dubois", "Priya Raman", "John Q. Sample", "Oluwaseun Adeyemi",
			"Karen O'Brien", "Tomás Núñez", "Li Wei", "Sarah-Jane Whitfield", "Mohammed Al-Farsi", "Grace Kim", "Peter van der Berg",
			"Anna Kowalska", "Deborah Lynn Carter", "Marcus Bell", "Emily Rose Turner", "Nadia Petrova", "Samuel Okafor",
		},
		suffixes: 0,
	},
	Calibration: {
		places: []string{"Stonebridge", "Golden Plains", "Elmwood", "Harborview", "Northern Lights", "Copper Ridge", "Maplewood", "Eastlake"},
		names: []string{
			"Hannah Fischer", "Diego Ramírez", "Ruth E. Goldberg", "Kwame Mensah", "Lucy Pham", "Brian T. Walsh", "Ingrid Sørensen",
			"Aisha Rahman", "Charles Whitaker", "Mei-Ling Huang",
		},
		suffixes: 0,
	},
	Held: {
		places: []string{
			"Willow Springs", "Kingsbridge", "Ashford", "Clearwater Bay", "Mountain West", "Prairie View", "Birchwood", "Old Mill",
			"Crescent City", "Foxglove", "Larkspur", "Tidewater", "Ironwood", "Beacon Hill",
		},
		names: []string{
			"Olivia Hart", "Benjamin A. Stone", "Zoë Lindqvist", "Rajesh Gupta", "Fatima Zahra Idrissi", "William Jackson",
			"Chloe Nguyen", "José María Ortega", "Patricia McAllister", "Yuki Tanaka", "Daniel de Souza", "Rebecca Stein",
			"Theodore Papadopoulos", "Monique Lefèvre",
		},
		suffixes: 1,
	},
}

var signers = []string{
	"Linda Marsh", "Gregory Holt", "Beatrice Langley", "Victor Osei", "Simone Archer", "Howard Finch", "Clara Voss", "Edwin Pratt",
}

var platforms = []string{"Coursefield", "Learnwell", "Skillharbor"}

// activity is what one profession's courses are like.
type activity struct {
	suffixes [2][]string
	minutes  []int64
	titles   map[string][]string
}

var domains = map[string]activity{
	"nursing": {
		suffixes: [2][]string{
			{"Nursing Institute", "Health System", "Nurse Educators, Inc.", "School of Nursing"},
			{"Center for Nursing Excellence", "Regional Medical Center", "College of Nursing", "Nurses Association"},
		},
		minutes: []int64{60, 90, 120, 150, 180, 210, 300, 600, 1200},
		titles: map[string][]string{
			Tuning:      {"Recognizing Sepsis in the First Hour", "Pain Management and Opioid Stewardship for Nurses", "Wound Care 2.0: From Assessment to Healing", "Infection Control Update 2025", "Pharmacology of Heart Failure"},
			Calibration: {"Fall Prevention on the Night Shift", "Care of the Patient with Diabetes", "Human Trafficking: What Nurses Need to Know"},
			Held:        {"Stroke Care: Minutes Matter", "Documentation and the Law for Nurses", "Managing Delirium in Older Adults", "Medication Safety in Pediatric Units", "Implicit Bias in Bedside Care"},
		},
	},
	"medicine": {
		suffixes: [2][]string{
			{"Medical Society", "University School of Medicine", "Academy of Family Physicians"},
			{"College of Physicians", "Heart Foundation", "University Hospital"},
		},
		minutes: []int64{60, 75, 90, 120, 240, 450, 900},
		titles: map[string][]string{
			Tuning:      {"Advances in the Treatment of Hypertension", "Safe Opioid Prescribing: A Practical Course", "Grand Rounds in Rheumatology", "The 14th Annual Symposium on Asthma and COPD"},
			Calibration: {"Update in Hospital Medicine", "Dermatology for the Generalist"},
			Held:        {"Atrial Fibrillation: New Evidence, New Choices", "Controversies in Thyroid Disease", "Evidence-Based Care of Migraine", "Geriatric Prescribing in Primary Care"},
		},
	},
	"pharmacy": {
		suffixes: [2][]string{{"Pharmacy Learning Group", "Pharmacists Association", "College of Pharmacy"}, {"Pharmacy Network", "Society of Pharmacists", "School of Pharmacy"}},
		minutes:  []int64{60, 90, 120, 180},
		titles: map[string][]string{
			Tuning: {"Immunization Update for Pharmacists", "New Drugs of the Year", "Preventing Medication Errors: Law and Practice", "Anticoagulants from A to Z"},
			Held:   {"Biosimilars in Community Practice", "Opioid Antagonists at the Counter", "Compounding Standards Explained", "Managing Drug Shortages"},
		},
	},
	"law": {
		suffixes: [2][]string{{"Bar Association", "Institute for Continuing Legal Education", "Law Center"}, {"Legal Seminars LLC", "Trial Lawyers Association", "Law School"}},
		minutes:  []int64{90, 120, 180, 360, 390},
		titles: map[string][]string{
			Tuning:      {"Evidence in the Digital Age", "Drafting Contracts That Work", "Recent Developments in Family Law", "Estate Planning Essentials"},
			Calibration: {"Employment Law: The Year in Review", "Trial Advocacy Workshop"},
			Held:        {"Negotiating Commercial Leases", "Privilege and Confidentiality in Practice", "Immigration Law Basics", "Appellate Brief Writing"},
		},
	},
	"accounting": {
		suffixes: [2][]string{{"CPE Partners", "Society of CPAs", "Financial Training, LLC"}, {"Accounting Academy", "Tax Educators Group", "Institute of Accountants"}},
		minutes:  []int64{60, 90, 120, 240, 480},
		titles: map[string][]string{
			Tuning:      {"Lease Accounting under the New Standard", "Fraud Risk in Small Entities", "Form 1040 Workshop: Individual Returns", "Internal Controls 101"},
			Calibration: {"S Corporation Basis and Distributions", "Depreciation Rules Reviewed"},
			Held:        {"Partnership Taxation in Depth", "Revenue Recognition Case Studies", "State Sales Tax Nexus", "Payroll Compliance for Employers"},
		},
	},
	"project": {
		suffixes: [2][]string{{"Project Management Training", "PM Academy", "Consulting Group"}, {"Agile Institute", "Business School", "Learning Partners Ltd"}},
		minutes:  []int64{480, 960, 1440, 1920},
		titles: map[string][]string{
			Tuning:      {"Managing Stakeholders in Large Programs", "Scrum in Practice", "Risk Management Fundamentals", "Earned Value Management"},
			Calibration: {"Leading Hybrid Teams", "Scheduling Complex Projects"},
			Held:        {"Facilitation Skills for Scrum Masters", "Kanban from the Ground Up", "Requirements Engineering Basics", "Product Ownership Essentials"},
		},
	},
	"it": {
		suffixes: [2][]string{{"University", "Security Alliance", "Technology Institute", "Data Academy"}, {"Cyber Institute", "Cloud School", "Polytechnic", "Software Guild"}},
		minutes:  []int64{60, 120, 330, 720, 1500},
		titles: map[string][]string{
			Tuning:      {"Introduction to Machine Learning", "Python 3 for Analysts: 100 Days of Practice", "Certified Network Defender", "Zero Trust Architecture Explained", "SQL Bootcamp"},
			Calibration: {"Full-Stack Web Development", "Practical Kubernetes"},
			Held:        {"Cloud Security Practitioner", "Data Visualization with R", "Secure Coding in C#", "Threat Hunting Essentials"},
		},
	},
	"fitness": {
		suffixes: [2][]string{{"Fitness Academy", "Institute of Movement", "Strength Coaches Association"}, {"Wellness School", "Athletic Training Group", "Yoga Collective"}},
		minutes:  []int64{60, 120, 240, 480, 960},
		titles: map[string][]string{
			Tuning:      {"Kettlebell Coach Level 1", "Corrective Exercise for the Lower Back", "Nutrition Coaching Basics", "Senior Fitness Specialist"},
			Calibration: {"Mobility Foundations", "Prenatal Exercise Design"},
			Held:        {"Functional Training Instructor", "Recovery and Sleep for Athletes", "Suspension Training Essentials", "Behavior Change Coaching"},
		},
	},
	"education": {
		suffixes: [2][]string{{"County School District", "Regional Education Service Agency", "State University"}, {"Public Schools", "Teachers Academy", "Community College"}},
		minutes:  []int64{300, 600, 900, 1200, 2400},
		titles: map[string][]string{
			Tuning:      {"Teaching Students with Dyslexia", "Classroom Management That Lasts", "Literacy Across the Curriculum", "Using Data to Guide Instruction"},
			Calibration: {"Project-Based Learning Institute", "Co-Teaching in Mathematics"},
			Held:        {"Trauma-Informed Classrooms", "Science Inquiry for Grades 3 to 5", "Supporting English Learners", "Formative Assessment Design"},
		},
	},
	"social": {
		suffixes: [2][]string{{"Counseling Center", "Behavioral Health Training", "Family Services"}, {"Psychological Association", "Therapy Institute", "Center for Social Work"}},
		minutes:  []int64{90, 120, 180, 360},
		titles: map[string][]string{
			Tuning:      {"Boundaries in Clinical Practice", "Trauma and Resilience in Adolescents", "Motivational Interviewing Skills", "Telehealth: Getting It Right"},
			Calibration: {"Grief Work with Children", "Suicide Risk Assessment"},
			Held:        {"Cognitive Therapy for Insomnia", "Supervision That Works", "Working with Couples in Crisis", "Mindfulness in Group Settings"},
		},
	},
	"engineering": {
		suffixes: [2][]string{{"Engineering Courses", "Society of Professional Engineers", "Technical Institute"}, {"Engineers Council", "Structural Seminars, Inc.", "Institute of Surveyors"}},
		minutes:  []int64{60, 120, 240, 480},
		titles: map[string][]string{
			Tuning:      {"Design of Retaining Walls", "Stormwater Management Practices", "Steel Connections: Theory and Examples"},
			Calibration: {"Fire Protection Basics", "Bridge Inspection Refresher"},
			Held:        {"Foundations on Expansive Soils", "Seismic Retrofit of Masonry", "GPS Methods for Surveyors", "Concrete Durability"},
		},
	},
	"hr": {
		suffixes: [2][]string{{"HR Forum", "People Management Association", "Workplace Learning"}, {"Training Institute", "HR Academy", "Management Centre"}},
		minutes:  []int64{60, 90, 120},
		titles: map[string][]string{
			Tuning: {"Handling Difficult Conversations", "Wage and Hour Law Update", "Building a Culture of Feedback", "Preventing Harassment at Work"},
			Held:   {"Recruiting without Bias", "Managing Remote Teams", "Conflict Resolution for Leaders", "Performance Reviews Reimagined"},
		},
	},
	"dental": {
		suffixes: [2][]string{{"Dental Society", "Academy of Dentistry"}, {"Dental Institute", "Study Club"}},
		minutes:  []int64{60, 120, 180, 360},
		titles: map[string][]string{
			Tuning: {"Implant Complications and How to Avoid Them", "Infection Control in the Dental Office", "Digital Impressions: A Hands-On Course"},
		},
	},
	"ems": {
		suffixes: [2][]string{{"EMS Training Center", "Fire Rescue Academy"}, {"Paramedic School", "Ambulance District"}},
		minutes:  []int64{60, 120, 240},
		titles: map[string][]string{
			Tuning: {"Basic Life Support Provider", "Pediatric Trauma in the Field", "Airway Management Refresher"},
		},
	},
}

var cardinals = []string{
	"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
	"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}

var tens = []string{"", "", "twenty", "thirty", "forty", "fifty"}

var ordinals = []string{
	"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
	"thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first",
	"twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
}
