#include "cli/sample/names_data.h"

namespace safehaven::sample {

const absl::string_view kBritishFamilyNames =
    "Smith:1150 Jones:880 Williams:600 Brown:560 Taylor:550 Davies:430 Wilson:390 Evans:370 "
    "Thomas:330 Johnson:340 Roberts:330 Walker:310 Wright:310 Robinson:300 Thompson:300 White:300 "
    "Hughes:270 Edwards:270 Green:260 Hall:260 Wood:250 Harris:250 Lewis:250 Martin:250 "
    "Jackson:240 Clarke:240 Clark:230 Turner:230 Hill:220 Cooper:210 Ward:210 Morris:210 Moore:210 "
    "King:200 Watson:200 Baker:200 Harrison:200 Morgan:200 Young:190 Allen:190 "
    "Mitchell:180 James:180 Anderson:180 Phillips:180 Lee:170 Bell:170 Parker:170 Davis:170 "
    "Bennett:160 Miller:150 Cook:150 Shaw:150 Cox:150 Richardson:150 Marshall:140 Carter:140 "
    "Collins:140 Gray:140 Murphy:140 Adams:140 Bailey:140 Richards:130 Murray:130 Kelly:130 "
    "Wilkinson:130 Hunt:120 Foster:120 Powell:120 Palmer:120 Mills:120 Mason:120 Holmes:120 "
    "Simpson:120 Webb:120 Rogers:120 Ellis:115 Russell:115 Stevens:115 Knight:110 Lloyd:110 "
    "Butler:110 Barker:110 Fisher:110 Stewart:110 Pearson:105 Jenkins:105 Fletcher:105 Barnes:105 "
    "Dixon:100 Graham:100 Howard:100 Reynolds:100 Harvey:100 Ford:95 Saunders:95 Payne:95 Pearce:95 "
    "West:95 Day:95 Fox:95 Scott:200 Campbell:140 Stone:80 Cole:90 Brooks:90 Atkinson:90 Lawson:80 "
    "Walsh:90 Reid:85 Bradley:90 Spencer:85 Hart:80 Burton:80 Andrews:90 Wells:80 Burns:75 "
    "Chapman:110 Porter:75 Gibson:85 Armstrong:75 Lane:75 Newman:75 Warren:70 Lawrence:90 "
    "Hawkins:75 Francis:75 Gardner:75 Matthews:90 Read:70 Perry:75 Grant:80 Cunningham:70 "
    "Ferguson:70 Hudson:75 Dawson:75 Elliott:90 Hayes:70 Arnold:65 Nicholls:60 Freeman:65 Carr:70 "
    "Ryan:80 O'Brien:80 O'Connor:65 O'Neill:60 Byrne:60 Kennedy:75 Doyle:55 Gallagher:60 "
    "Sullivan:55 McDonald:65 MacDonald:60 McCarthy:55 McKenzie:45 MacKay:35 McLean:40 Hamilton:65 "
    "Duncan:60 Henderson:70 Crawford:55 Wallace:65 Johnston:65 Robertson:75 Paterson:45 "
    "Hopkins:65 Griffiths:110 Price:110 Rees:75 Bowen:50 Pritchard:50 Parry:55 Owen:95 Harding:65 "
    "Bird:60 Parsons:65 Bishop:55 Bates:60 Barrett:70 Page:65 Lowe:60 Kirk:45 Hodgson:60 Booth:65 "
    "Watts:65 Dean:60 Potter:60 Goodwin:50 Hewitt:50 Stephenson:55 Stephens:60 Steven:15 "
    "Nicholson:55 Coleman:60 Marsh:55 Kemp:50 Long:50 Nash:50 Woods:55 Bull:40 Frost:40 Savage:40 "
    "Gibbs:50 Hammond:55 Todd:55 Field:45 Howe:40 Clements:40 Cross:55 Garner:40 Norris:45 "
    "Tucker:50 Abbott:50 Osborne:50 Rowe:45 May:45 French:40 Sharp:50 Lamb:45 Goddard:40 Poole:45 "
    "Pope:35 Peacock:35 Bryant:45 Curtis:50 Buckley:45 Blake:45 Moss:45 Skinner:40 Norman:45 "
    "Whittaker:40 Wheeler:50 Higgins:55 Hancock:40 Weston:40 Sutton:45 Naylor:40 Swift:30 "
    "Cartwright:40 Chambers:55 Chandler:40 Fuller:40 Sims:35 Dunn:60 Daly:35 Doherty:50 Quinn:50";

const absl::string_view kFamilyNameBeginnings =
    "Ash:30 Aldr:6 Al:8 Apple:6 Bar:14 Beck:12 Ben:10 Black:14 Brad:16 Brid:6 Brook:14 Bur:16 "
    "Cart:6 Clay:10 Cliff:6 Col:12 Cran:8 Crow:8 Dal:10 Den:12 Dray:6 East:14 El:10 Fair:12 Far:10 "
    "Fern:6 Fen:8 Glad:6 Gold:10 Grim:4 Had:8 Ham:10 Har:18 Hart:12 Hawk:8 Haz:6 Hen:8 Hol:16 "
    "Horn:8 Kings:8 Lang:14 Lin:10 Long:12 Mar:12 Mel:8 Mid:8 Mil:14 Nor:12 Nut:4 Oak:10 Ock:3 "
    "Pem:5 Pen:10 Rad:10 Red:12 Rock:6 Ross:6 Shel:10 Shir:4 Staf:6 Stan:14 Stock:8 Sud:4 Sun:4 "
    "Thorn:14 Til:6 Wal:12 War:10 Wat:8 Whit:14 Wick:8 Win:12 Wood:16 Wor:8";

const absl::string_view kFamilyNameEndings =
    "ford:30 ley:34 ton:40 ham:22 well:16 worth:16 wood:18 field:18 bury:8 by:10 don:10 combe:6 "
    "croft:6 den:8 gate:6 grove:4 hurst:8 land:10 low:6 man:14 mere:4 mond:4 more:6 ridge:6 "
    "shaw:8 stead:6 stone:8 thorpe:6 wick:8 wright:6 bourne:6 ett:8 ing:4 ings:3";

const absl::string_view kBritishMaleNames[3] = {
    "John:100 David:95 Michael:80 Peter:70 Robert:62 William:48 Alan:45 Brian:44 Anthony:42 "
    "Kenneth:36 George:34 Ronald:32 James:38 Roy:22 Derek:26 Raymond:28 Dennis:24 Terence:20 "
    "Thomas:24 Keith:28 Roger:22 Barry:20 Colin:22 Geoffrey:20 Graham:22 Gordon:16 Malcolm:16 "
    "Norman:14 Stanley:14 Frederick:14 Edward:18 Richard:26 Christopher:22 Trevor:14 Patrick:14 "
    "Leonard:12 Arthur:12 Donald:12 Frank:12 Harold:8 Douglas:10 Charles:14 Stephen:20 Joseph:12 "
    "Eric:10 Ernest:8 Albert:8 Philip:14 Leslie:12 Clive:8 Bernard:8 Gerald:8 Victor:6 Martin:12",
    "David:90 Paul:88 Andrew:78 Mark:76 Stephen:55 Richard:50 Michael:60 Christopher:56 James:56 "
    "Matthew:44 Simon:44 Ian:38 Robert:46 Daniel:40 Gary:32 Kevin:34 Jonathan:24 Philip:26 "
    "Anthony:28 Neil:26 Darren:24 Martin:26 Lee:26 Craig:22 Stuart:20 Jason:24 Adam:26 Thomas:30 "
    "Nicholas:24 Timothy:16 Steven:24 Peter:24 John:40 Benjamin:22 Joseph:14 Alexander:18 "
    "William:18 Sean:14 Carl:14 Wayne:16 Dean:14 Gareth:12 Nigel:12 Russell:10 Scott:14 Graham:10 "
    "Edward:12 Adrian:12 Samuel:14 Justin:8 Karl:8 Ryan:16 Luke:14 Dominic:6 Patrick:8 Shaun:10",
    "Jack:72 Thomas:66 James:60 Joshua:54 Daniel:52 Harry:54 Oliver:58 William:48 Samuel:42 "
    "Joseph:38 George:46 Charlie:42 Alexander:32 Matthew:36 Ryan:26 Luke:28 Jake:26 Benjamin:32 "
    "Adam:20 Callum:24 Lewis:24 Jacob:30 Liam:22 Noah:34 Alfie:30 Oscar:24 Leo:22 Ethan:26 "
    "Max:18 Archie:20 Henry:22 Theo:16 Arthur:18 Connor:20 Jamie:16 Kieran:12 Aaron:14 Nathan:16 "
    "Edward:14 Toby:10 Freddie:16 Logan:14 Mason:12 Finley:12 Isaac:12 Dylan:14 Tyler:10 "
    "Christopher:14 Michael:14 Robert:10 Louis:10 Reuben:6 Bradley:10 Harrison:10 Kyle:8 Zachary:8"};

const absl::string_view kBritishFemaleNames[3] = {
    "Margaret:80 Patricia:68 Mary:62 Jean:50 Christine:56 Susan:64 Barbara:46 Joan:40 Sheila:36 "
    "Maureen:38 Ann:36 Elizabeth:40 Shirley:30 Dorothy:34 Pamela:28 Sandra:30 Janet:38 Linda:40 "
    "Carol:34 Joyce:28 Kathleen:28 Brenda:28 Doreen:20 Eileen:24 Marion:16 Sylvia:20 Valerie:22 "
    "Judith:22 Irene:20 Jacqueline:22 Gillian:20 Rosemary:16 June:18 Betty:16 Beryl:14 Audrey:16 "
    "Josephine:10 Hazel:12 Marjorie:10 Edna:8 Hilda:8 Doris:12 Vera:10 Rita:14 Anne:26 Jane:16 "
    "Kathryn:6 Pauline:26 Lesley:12 Diane:14 Wendy:12 Gloria:6 Hilary:8 Frances:10 Catherine:14",
    "Sarah:80 Karen:54 Nicola:54 Susan:44 Julie:54 Michelle:46 Claire:52 Emma:56 Lisa:46 "
    "Joanne:44 Rebecca:44 Tracey:32 Helen:40 Deborah:34 Jane:30 Amanda:36 Jacqueline:32 Louise:34 "
    "Rachel:36 Samantha:34 Laura:40 Victoria:34 Kelly:30 Angela:28 Alison:26 Catherine:26 "
    "Elizabeth:26 Katherine:20 Jennifer:26 Lorraine:18 Sharon:28 Caroline:24 Gemma:26 Natalie:22 "
    "Donna:22 Dawn:18 Hayley:18 Lucy:20 Zoe:20 Charlotte:22 Hannah:18 Anna:16 Katie:16 Kathryn:14 "
    "Wendy:14 Maria:16 Paula:16 Tina:12 Teresa:10 Heather:12 Fiona:12 Stephanie:14 Leanne:12 "
    "Marie:12 Anne:16 Sally:12 Beverley:12 Kerry:12 Debra:10 Carol:12 Christine:14 Andrea:12",
    "Emily:66 Jessica:60 Charlotte:56 Sophie:56 Olivia:60 Chloe:50 Lucy:44 Amelia:48 Grace:44 "
    "Hannah:40 Megan:38 Ella:40 Lauren:36 Rebecca:30 Bethany:28 Emma:28 Georgia:28 Isabella:34 "
    "Mia:32 Lily:34 Katie:26 Ellie:28 Amy:26 Poppy:28 Ava:28 Evie:24 Holly:24 Molly:22 Isla:26 "
    "Freya:22 Daisy:20 Sophia:24 Abigail:22 Alice:20 Florence:16 Phoebe:18 Eleanor:18 Millie:16 "
    "Jasmine:16 Sarah:18 Laura:16 Zoe:10 Caitlin:14 Elizabeth:14 Matilda:12 Rosie:14 Imogen:12 "
    "Scarlett:14 Ruby:18 Maisie:12 Erin:14 Paige:12 Shannon:10 Danielle:10 Courtney:10 Niamh:8 "
    "Summer:8 Harriet:12 Victoria:10 Rachel:12 Samantha:8 Natasha:8 Alexandra:8 Martha:8 Eva:12"};

const absl::string_view kMuslimFamilyNames =
    "Khan:120 Ahmed:90 Hussain:85 Ali:80 Begum:40 Shah:30 Malik:30 Mahmood:28 Akhtar:28 Iqbal:26 "
    "Miah:26 Uddin:26 Rahman:30 Islam:22 Chowdhury:20 Hassan:26 Mohamed:24 Mohammed:24 Choudhry:12 "
    "Aziz:16 Ashraf:14 Butt:14 Mirza:14 Qureshi:14 Sheikh:16 Siddiqui:10 Raza:12 Hamid:8 Karim:10 "
    "Hossain:12 Ullah:12 Bibi:10 Yousaf:8 Abdi:12 Osman:10 Ibrahim:12 Omar:8 Saeed:10 Bhatti:8";
const absl::string_view kMuslimMaleNames =
    "Mohammed:90 Muhammad:60 Ahmed:30 Ali:36 Hassan:26 Hussain:22 Omar:20 Imran:24 Abdul:30 "
    "Yusuf:20 Ibrahim:20 Hamza:20 Bilal:14 Usman:14 Tariq:14 Khalid:14 Asif:16 Kashif:8 Zain:12 "
    "Adil:8 Faisal:10 Ismail:12 Amir:14 Shahid:10 Nadeem:8 Rashid:8 Syed:12 Mustafa:12 Idris:6";
const absl::string_view kMuslimFemaleNames =
    "Fatima:40 Aisha:34 Maryam:26 Khadija:18 Zainab:20 Amina:20 Nasreen:14 Shabana:12 Saima:14 "
    "Sadia:10 Farah:12 Rukhsana:10 Samina:12 Yasmin:18 Noor:10 Hafsa:12 Sumaiya:10 Nadia:14 "
    "Bushra:8 Parveen:12 Shazia:12 Ayesha:20 Safia:8 Halima:12 Rabia:8 Tahira:8 Sana:10 Iqra:8";
const absl::string_view kIndianFamilyNames =
    "Patel:90 Singh:80 Kaur:60 Shah:34 Sharma:30 Kumar:24 Mistry:18 Gill:22 Sandhu:16 Dhillon:14 "
    "Sidhu:14 Grewal:10 Joshi:12 Desai:12 Mehta:12 Parmar:12 Chauhan:14 Gupta:12 Rao:10 Reddy:12 "
    "Nair:12 Thomas:8 Mathew:8 Iyer:6 Bains:10 Dhaliwal:10 Solanki:8 Chopra:6 Kapoor:8 Verma:8 "
    "Perera:10 Fernando:10 Silva:6 Sivakumar:4 Gurung:14 Rai:12 Thapa:8";
const absl::string_view kIndianMaleNames =
    "Raj:16 Sanjay:18 Rajesh:18 Amit:16 Anil:12 Vijay:14 Sunil:12 Ravi:14 Rohan:12 Arjun:14 "
    "Harpreet:12 Gurpreet:14 Manjit:10 Balwinder:8 Jaspal:8 Surinder:8 Kiran:8 Nikhil:10 Dev:8 "
    "Ashok:10 Dinesh:10 Mahesh:8 Suresh:10 Vikram:10 Deepak:10 Aarav:8 Krishna:8 Hari:6 Mohan:6";
const absl::string_view kIndianFemaleNames =
    "Priya:20 Anita:16 Sunita:14 Meena:12 Kavita:12 Nisha:14 Pooja:12 Asha:10 Rekha:10 Lakshmi:8 "
    "Gurpreet:12 Harpreet:10 Manjit:10 Jasvinder:10 Kulwinder:8 Balbir:6 Neha:12 Anjali:12 "
    "Deepa:10 Geeta:8 Hema:8 Bhavna:8 Jaya:6 Simran:12 Maya:8 Kiran:10 Rupa:6 Sonal:8 Divya:10";
const absl::string_view kAfricanFamilyNames =
    "Mensah:30 Owusu:28 Adeyemi:22 Okafor:22 Boateng:24 Asante:18 Osei:20 Okoro:14 Eze:16 Ncube:14 "
    "Moyo:18 Dube:14 Sibanda:12 Ndlovu:14 Appiah:16 Amoah:12 Agyemang:12 Adebayo:16 Ogunleye:8 "
    "Balogun:12 Bello:12 Kamara:16 Sesay:14 Conteh:8 Bangura:10 Johnson:14 Williams:16 Campbell:16 "
    "Brown:18 Clarke:10 Francis:12 Joseph:10 Nwosu:10 Obi:10 Chukwu:8 Tesfaye:10 Tekle:6 Mwangi:8 "
    "Phiri:8 Banda:8 Okonkwo:8 Danso:8 Opoku:10 Ibrahim:10";
const absl::string_view kAfricanMaleNames =
    "Kwame:16 Kofi:16 Emmanuel:26 Daniel:20 Samuel:22 David:20 Michael:18 Joseph:16 Chinedu:10 "
    "Oluwaseun:8 Tunde:8 Chukwuemeka:6 Tendai:8 Tinashe:6 Kwaku:8 Yaw:8 Femi:8 Ade:8 Ibrahim:10 "
    "Blessing:4 Isaac:12 Elijah:8 Marcus:8 Andre:6 Winston:6 Leroy:4 Desmond:6 Prince:6 Solomon:6";
const absl::string_view kAfricanFemaleNames =
    "Grace:22 Blessing:16 Abena:12 Ama:12 Akosua:10 Mary:16 Elizabeth:14 Esther:16 Comfort:10 "
    "Ngozi:10 Chioma:10 Amara:8 Folake:6 Yetunde:8 Precious:10 Patience:8 Joy:10 Ruth:10 Rebecca:8 "
    "Tendai:6 Rutendo:6 Adwoa:8 Efua:8 Mercy:10 Victoria:10 Fatmata:10 Mariama:6 Sharon:6 Naomi:8";
const absl::string_view kEastEuropeanFamilyNames =
    "Nowak:36 Kowalski:24 Kowalska:22 Wisniewski:16 Wisniewska:14 Wojcik:18 Kaminski:14 Kaminska:14 "
    "Lewandowski:14 Lewandowska:12 Zielinski:12 Zielinska:10 Szymanski:10 Dabrowski:10 Mazur:14 "
    "Krawczyk:12 Popescu:26 Ionescu:18 Popa:20 Dumitru:14 Stan:14 Radu:14 Munteanu:10 Rusu:12 "
    "Ivanov:14 Ivanova:10 Petrov:10 Dimitrov:8 Georgiev:8 Kovacs:10 Nagy:10 Horvath:10 Novak:10 "
    "Kazlauskas:10 Petrauskas:8 Berzins:6 Kalnins:6 Marku:8 Hoxha:8";
const absl::string_view kEastEuropeanMaleNames =
    "Piotr:20 Krzysztof:16 Andrzej:14 Tomasz:18 Marcin:16 Pawel:16 Michal:14 Lukasz:14 Jakub:12 "
    "Mateusz:12 Kamil:10 Adrian:10 Andrei:14 Alexandru:12 Ion:10 Mihai:12 Gheorghe:6 Florin:10 "
    "Vasile:8 Ivan:8 Georgi:8 Dimitar:6 Laszlo:6 Zoltan:6 Jonas:6 Mantas:6 Janis:4 Artur:8 Filip:8";
const absl::string_view kEastEuropeanFemaleNames =
    "Anna:24 Katarzyna:18 Malgorzata:14 Agnieszka:18 Magdalena:14 Joanna:14 Ewa:12 Monika:14 "
    "Aleksandra:12 Natalia:10 Zuzanna:8 Julia:10 Maria:18 Elena:14 Ioana:12 Andreea:12 Mihaela:10 "
    "Cristina:10 Gabriela:10 Alina:8 Ivana:6 Daniela:10 Katalin:6 Eszter:6 Ruta:4 Inga:4 Dorota:8";
const absl::string_view kChineseFamilyNames =
    "Chan:24 Wong:26 Li:22 Chen:24 Wang:20 Zhang:18 Liu:16 Lam:14 Cheung:14 Ng:10 Yeung:10 Leung:12 "
    "Lee:14 Lau:10 Ho:12 Nguyen:20 Tran:14 Tan:8 Lim:8 Huang:10 Wu:10 Yang:8";
const absl::string_view kChineseMaleNames =
    "Wei:12 Jun:10 Ming:10 Hao:8 Kevin:8 Jason:8 Kenneth:6 Tony:6 Chun:6 Ka:8 Minh:8 Van:8 Duc:6 "
    "Daniel:8 Andrew:6 Yi:6 Lei:6 Alan:6";
const absl::string_view kChineseFemaleNames =
    "Mei:12 Ying:10 Li:10 Xin:8 Yan:10 Fang:6 Amy:8 Grace:8 Wai:6 Ling:8 Thi:8 Linh:6 Lan:6 Hui:6 "
    "Jenny:6 Emily:6 Yuk:6 Siu:6";

const absl::string_view kNicknames =
    "William:Bill/Will/Billy Robert:Bob/Rob/Bobby Richard:Rick/Dick/Rich John:Jack/Johnny "
    "Michael:Mick/Mike James:Jim/Jamie/Jimmy Thomas:Tom/Tommy Anthony:Tony David:Dave/Davy "
    "Stephen:Steve Steven:Steve Christopher:Chris/Kit Andrew:Andy/Drew Matthew:Matt "
    "Nicholas:Nick/Nicky Daniel:Dan/Danny Samuel:Sam/Sammy Joseph:Joe/Joey Benjamin:Ben "
    "Jonathan:Jon/Jonny Philip:Phil Timothy:Tim Edward:Ted/Ed/Eddie Alexander:Alex/Sandy "
    "Kenneth:Ken/Kenny Ronald:Ron/Ronnie Raymond:Ray Terence:Terry Geoffrey:Geoff Frederick:Fred "
    "Leonard:Len Donald:Don Douglas:Doug Charles:Charlie/Chuck Gerald:Gerry Leslie:Les Joshua:Josh "
    "Oliver:Ollie Harrison:Harry Henry:Harry Archie:Arch Zachary:Zac Bradley:Brad Peter:Pete "
    "Patrick:Pat/Paddy Albert:Bert Arthur:Art Stanley:Stan Victor:Vic Gregory:Greg Simon:Si "
    "Ronald:Ronnie Alan:Al Jacob:Jake Dominic:Dom Mohammed:Mo/Mohamed Muhammad:Mo/Mohammad "
    "Margaret:Maggie/Peggy/Meg Elizabeth:Liz/Betty/Beth/Lizzie Patricia:Pat/Trish Christine:Chris "
    "Catherine:Cathy/Kate Katherine:Kate/Kathy Kathleen:Kath/Kathy Kathryn:Kath/Kate Susan:Sue "
    "Barbara:Babs Dorothy:Dot/Dolly Pamela:Pam Janet:Jan Jacqueline:Jackie Valerie:Val Judith:Judy "
    "Sandra:Sandy Josephine:Jo/Josie Marjorie:Marge Deborah:Debbie/Deb Debra:Debbie Amanda:Mandy "
    "Joanne:Jo Jennifer:Jenny/Jen Rebecca:Becky/Becca Samantha:Sam Victoria:Vicky/Tori "
    "Alison:Ali Charlotte:Charlie/Lottie Angela:Angie Natalie:Nat Stephanie:Steph Michelle:Shelly "
    "Theresa:Tess Teresa:Terry Jessica:Jess Abigail:Abi/Abby Isabella:Bella/Izzy Eleanor:Ellie/Nell "
    "Bethany:Beth Georgia:Georgie Florence:Flo/Florrie Matilda:Tilly Olivia:Liv Emily:Em/Emmy "
    "Harriet:Hattie Alexandra:Alex/Sandra Rosemary:Rose/Rosie Frances:Fran Hannah:Han Beverley:Bev "
    "Gillian:Gill Lesley:Les Pauline:Paula Caroline:Carol/Caz Malgorzata:Gosia Katarzyna:Kasia "
    "Aleksandra:Ola Krzysztof:Kris Agnieszka:Aga Andrzej:Andy Piotr:Peter Gurpreet:Guri Rajesh:Raj "
    "Oluwaseun:Seun Emmanuel:Manny Chukwuemeka:Emeka Fatima:Fati Khadija:Khadi Alexandru:Alex "
    "Danielle:Dani Natasha:Tash Sarah:Sal/Sally Mary:Molly/Polly Helen:Nell Ann:Annie Anne:Annie";

const absl::string_view kStreetNames =
    "Marine:6 Church:12 Station:10 High:10 London:9 Park:10 Victoria:9 Queens:8 Kings:8 Albert:6 "
    "Alexandra:6 Beach:5 Cliff:6 Chapel:6 School:6 Mill:6 Manor:6 Grange:5 Green:6 Elm:6 Oak:7 "
    "Ash:5 Beech:5 Cedar:5 Chestnut:5 Hawthorn:4 Hazel:4 Holly:4 Laurel:4 Lime:4 Maple:4 Poplar:3 "
    "Willow:5 York:6 Warwick:4 Windsor:5 Salisbury:4 Westminster:3 Hamlet:4 Fairfax:3 Eastern:3 "
    "Western:3 Northern:2 Southview:2 Harbour:4 Pier:3 Tide:2 Seaview:4 Shore:3 Meadow:5 Orchard:5 "
    "Priory:4 Rectory:4 Rochford:3 Sutton:3 Valley:3 Woodlands:4 Fleet:3 Nelson:4 Wellington:4";
const absl::string_view kStreetKinds =
    "Road:34 Avenue:20 Street:14 Close:14 Drive:10 Lane:8 Gardens:6 Crescent:6 Way:5 Terrace:4 "
    "Court:4 Parade:2 Walk:2 Grove:4";

}  // namespace safehaven::sample
