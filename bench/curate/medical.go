package main

import (
	"strings"
)

// endings are how words of medicine end, and of hardly anything else.
var endings = strings.Fields(`itis osis emia aemia oma omas pathy plasia ectomy otomy ostomy oscopy algia uria pnea plegia
	rrhea rrhoea rrhagia rrhage rrhaphy penia megaly cele iasis asthenia phasia praxia kinesia edema ectasia paresis
	plasty pexy centesis dynia trophy schisis ptosis lysis stomia thymia phagia phobia mania opsia opia derma cytosis
	philia cephaly dactyly melia natremia glycemia`)

// stems are how drugs are named by their substance, after the INN stems that WHO
// publishes.
var stems = strings.Fields(`azepam zolam barbital cillin mycin micin cycline floxacin conazole nidazole vir mab tinib
	ciclib statin pril sartan olol dipine thiazide semide gliptin gliflozin glitazone formin profen coxib caine curium
	curonium triptan setron prazole tidine oxetine pramine triptyline promazine perazine peridol peridone codone morphone
	orphanol fentanil adol olone sone nide phylline tropium platin rubicin taxel mustine tabine bendazole quine mectin
	parin grel plase gatran xaban fibrate vudine bactam penem terbine grastim poetin cept kinra glutide relin dronate
	calcitol zosin lukast afil citabine trexate nazine pidem clone giline oxacin zolid fungin cort pressin tocin actide
	antel azosin ridine steride estrant mestane rozole fenac oxicam butazone sulfone sulfonamide sulfan mab nercept`)

// nouns are what diseases, treatments and tests are called by, as last words of a
// phrase.
var nouns = wordSet(`abscess agenesis anomaly anomalies atrophy aplasia atresia biopsy bleeding blindness burn burns bypass cancer
	cancers catheterization cirrhosis concussion contracture contusion cyst cysts deafness defect defects deficiency deficit deformity
	degeneration delirium dementia dependence depression dermatitis diabetes dialysis disease diseases dislocation disorder
	disorders dysfunction dysplasia dystrophy embolism enlargement epilepsy failure fever fibrosis fistula fracture fractures
	hemorrhage hepatitis hernia hypertension hypoplasia impairment implant implants incontinence infarction infection infections
	inflammation injuries injury insufficiency intolerance leukemia lymphoma malformation malformations meningitis migraine
	neuropathy obstruction overdose pain palsy paralysis paraplegia perforation pneumonia poisoning polyp polyps pregnancy prolapse psychosis
	puncture reflux repair replacement rupture sarcoma screening seizure seizures sepsis spasm sprain stenosis stroke
	surgery syndrome syndromes tear therapy thrombosis toxicity transfusion transplant transplantation trauma tumor tumors
	ulcer ulcers vaccination vaccine virus withdrawal x-ray xray scan ultrasound angiogram angiography mri radiotherapy culture
	aneurysm apnea arrhythmia arthritis asthma ataxia edema eczema encephalopathy retardation rejection resection reconstruction
	removal spasms tic tics tremor ulceration valve wound wounds`)

// loose are nouns that say medicine only together with a word of medicine: a phrase
// such as "equipment failure" must not pass.
var loose = wordSet(`bypass burn burns defect defects deficit dependence depression enlargement failure impairment implant implants injuries
	injury obstruction puncture removal repair replacement rejection reconstruction rupture screening spasm tear therapy trauma
	valve virus withdrawal scan culture tic retardation perforation toxicity intolerance insufficiency anomaly anomalies deformity
	contracture paralysis wound wounds fracture fractures stroke pain poisoning bleeding infection infections pregnancy fever blindness
	deficiency disorder disorders degeneration dysfunction malformation prolapse surgery inflammation`)

// body are the words of the body that make a loose noun medical.
var body = wordSet(`abdominal abdomen anal ankle aorta aortic arm artery arterial back bile biliary bladder blood bone bowel brain breast
	bronchial cardiac carotid cerebral cervical chest colon corneal cornea coronary cranial dental diaphragm disc ear elbow esophageal eye eyelid facial femoral
	finger foot forearm gallbladder gastric genital groin gum hand head heart hip hepatic intestinal jaw joint kidney knee leg ligament
	limb lip liver lumbar lung lymph mental mitral mouth muscle nail nasal neck nerve nipple nose optic ovarian pancreatic pelvic penile
	pelvis pituitary placental prostate pulmonary rectal renal retinal rib ribs scalp sciatic shoulder sinus skin skull spinal spine spleen stomach
	tendon testicular thigh throat thumb thyroid tibial toe tongue tonsil tooth tracheal tricuspid ureteral urethral urinary uterine
	vaginal valvular vascular vein venous ventricular vertebral vitreous vocal vulvar wrist`)

// stop are words of guides for patients and of classifications, which make no term.
var stop = wordSet(`what how your you ways ask tips questions living coping calories calorie healthy foods food about when who need know should
	learn exercise eating diet caring care caregivers choosing preventing using getting talking making and or with without the for to
	from due not other unspecified elsewhere classified left right initial subsequent encounter sequela product products
	guide guidelines issues topics health research research- programs services school teens aging ages child children infant
	adult men women male female families patient patients trials clinical basics overview information resources myths
	personal history family status place occurrence external cause involving during following exposure contact screening- multiple
	levels level region site sites part parts specified drug-induced effects effect resulting`)

// medicalWord reports whether the word is made like one of medicine, as a condition,
// procedure or drug.
func medicalWord(w string) bool { return endsIn(w, endings, 4) || drugWord(w) }

// drugWord reports whether the word is made like the name of a drug.
func drugWord(w string) bool {
	return endsIn(w, stems, 3) || strings.HasPrefix(w, "sulfa") && len(w) > 8 || strings.HasPrefix(w, "cef") && len(w) > 6
}

// endsIn reports whether the word ends in one of the endings after so many letters.
func endsIn(w string, endings []string, letters int) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) && len(w) >= len(e)+letters {
			return true
		}
	}
	return false
}
